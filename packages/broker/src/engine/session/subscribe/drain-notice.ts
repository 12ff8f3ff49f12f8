import { type DrainNotice, MessageType } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import { ownMessage } from './ticket.js';

/** Sends DRAIN to every session whose lane 0 is bound: clients that know another broker move there. */
export function sayDrain({ sessions, clock }: EngineCore, withinMs: number): void {
  const body: DrainNotice = { within_ms: withinMs };
  for (const session of sessions.all()) {
    const bound = session.laneOf(0)?.subscriber;
    bound?.subscriber.deliverOwn(ownMessage(bound.boundKey, MessageType.drain, body, clock.nowMs), true);
  }
}

/** Interval between checks for sessions that are left. */
const lookMs = 10;

/** Resolves when all sessions have ended, or when `performance.now()` reaches `untilMs()`, which may be lowered meanwhile. */
export async function sessionsMoved({ sessions }: EngineCore, untilMs: () => number): Promise<void> {
  while (sessions.count > 0 && performance.now() < untilMs()) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
