import type { Guard } from '../../guard.js';
import type { EngineCommand, EngineEvent } from '../../port.js';
import { interestSet } from '../route/interest.js';
import type { InterestTable } from '../route/interest-table.js';
import { allTopics } from '../route/prefix-set.js';
import { Tap, tapSliceMs } from './tap.js';

/** All open taps. Ten times a second each reports what it saw. */
export class Taps {
  readonly #interest: InterestTable;
  readonly #guard: Guard;
  readonly #emit: (event: EngineEvent) => void;
  readonly #taps = new Map<number, { readonly tap: Tap; toldCount: number }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(interest: InterestTable, guard: Guard, emit: (event: EngineEvent) => void) {
    this.#interest = interest;
    this.#guard = guard;
    this.#emit = emit;
  }

  open(command: Extract<EngineCommand, { kind: 'tapOpen' }>): void {
    const tap = new Tap(command.maxRate);
    this.#taps.set(command.tap, { tap, toldCount: 0 });
    const { namespace, pattern } = command;
    this.#interest.place(tap, interestSet([{ namespace, pattern, prefixes: allTopics }]));
    this.#timer ??= setInterval(() => this.#guard.run('reporting to taps', () => this.#tell()), tapSliceMs);
  }

  close(id: number): void {
    const entry = this.#taps.get(id);
    if (entry === undefined) return;
    this.#taps.delete(id);
    this.#interest.remove(entry.tap);
    if (this.#taps.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  closeAll(): void {
    for (const id of [...this.#taps.keys()]) this.close(id);
  }

  #tell(): void {
    for (const [id, entry] of this.#taps) {
      const messages = entry.tap.take();
      if (entry.tap.seenCount === entry.toldCount) continue;
      entry.toldCount = entry.tap.seenCount;
      this.#emit({ kind: 'tapped', tap: id, messages, seenTotal: entry.toldCount });
    }
  }
}
