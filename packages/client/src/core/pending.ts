import type { PublishFrame } from './publish-batch.js';

/** Called once: with null after the acknowledgement, or after sending if there is no reply. */
export type Settle = (error: Error | null) => void;

/** A publish that was not acknowledged yet, with all that is needed to send it again. */
export class PendingPublish implements PublishFrame {
  readonly kind = 'publish';
  /** The frames of namespace, topic and username. */
  readonly names: Uint8Array;
  readonly formatCode: number;
  flags: number;
  readonly payload: Uint8Array;
  readonly timestampMs: number;
  readonly settle: Settle;
  /** Tick of its channel at which it was sent. */
  sentTick = 0;
  /** Publishes without reply that were sent on the channel before this one. */
  unansweredBefore = 0;
  /** When it first waited for a connection, by `performance.now()`; null if it never did. */
  waitingSinceMs: number | null = null;
  /** Its signal was aborted: it is not sent any more. */
  isCancelled = false;

  constructor(names: Uint8Array, frame: PublishFrame, settle: Settle) {
    this.names = names;
    this.formatCode = frame.formatCode;
    this.flags = frame.flags;
    this.payload = frame.payload;
    this.timestampMs = frame.timestampMs;
    this.settle = settle;
  }
}

/** Any other request that was not answered yet. */
export interface PendingRequest {
  readonly kind: 'request';
  readonly settle: (error: Error | null, body?: Record<string, unknown>) => void;
  /** Takes the payload of the ACK as bytes instead of its JSON; null for a request whose answer is JSON. */
  readonly takeBytes: ((payload: Uint8Array) => void) | null;
  sentTick: number;
  unansweredBefore: number;
}

/** What waits for a reply. */
export type Pending = PendingPublish | PendingRequest;
