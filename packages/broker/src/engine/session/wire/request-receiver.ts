import type { LargeReader } from './large-reader.js';
import type { RequestSpan } from './message-locator.js';
import type { Refusal } from './refusal.js';

/** Gets what the reader finds, in the order in which it arrived. Buffers and spans are valid only during the call. */
export interface RequestReceiver {
  onMessage(message: RequestSpan): void;
  /** Says whether a large message is refused, before any of it is kept. The span is complete up to frame 4. */
  refuseLarge(head: RequestSpan): Refusal | undefined;
  onLarge(message: LargeReader): void;
  onCommand(buf: Buffer, start: number, end: number): void;
  /** A refused message has passed. */
  onRefused(refusal: Refusal): void;
}
