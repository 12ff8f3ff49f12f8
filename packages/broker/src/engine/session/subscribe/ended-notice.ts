import { MessageType, type StreamsEndedNotice } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import { ownMessage } from './ticket.js';

/**
 * Says STREAMS_ENDED on every bound lane: readers of these streams report that their end is unknown. A broker mostly has one epoch for all its
 * topics, so one small message stands for thousands of them.
 */
export function sayStreamsEnded({ sessions, clock }: EngineCore, epochs: readonly number[]): void {
  const body: StreamsEndedNotice = { epochs };
  for (const session of sessions.all()) {
    for (const { subscriber: bound } of session.lanes()) {
      bound?.subscriber.deliverOwn(ownMessage(bound.boundKey, MessageType.streamsEnded, body, clock.nowMs), true);
    }
  }
}
