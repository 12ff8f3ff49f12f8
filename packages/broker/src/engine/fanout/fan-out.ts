import type { Guard } from '../../guard.js';
import type { Clock } from '../clock.js';
import { Account } from './account.js';
import { BatchMemory } from './batch/batch-memory.js';
import { Laggards } from './subscriber/laggards.js';
import type { BacklogLimits } from './subscriber/limits.js';
import { TakerTotal } from './taker-total.js';
import { Turn } from './turn.js';
import { TurnFigures } from './turn-figures.js';

/** What all interest groups and subscribers of one engine share. Each part stands alone; this only holds them together. */
export class FanOut {
  readonly clock: Clock;
  readonly limits: BacklogLimits;
  readonly memory = new BatchMemory();
  readonly account = new Account();
  readonly takerTotal = new TakerTotal();
  readonly laggards: Laggards;
  readonly figures: TurnFigures;
  readonly turn: Turn;
  readonly guard: Guard;

  constructor(limits: BacklogLimits, clock: Clock, guard: Guard) {
    this.clock = clock;
    this.limits = limits;
    this.laggards = new Laggards(this.memory, limits.outboxTotalBytes);
    this.figures = new TurnFigures(clock);
    this.turn = new Turn(clock, this.figures, guard);
    this.guard = guard;
  }
}
