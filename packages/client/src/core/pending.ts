import type { PublishFrame } from './publish-batch.js';

/** Told once: null when it was acknowledged, or handed over where nobody answers. */
export type Settle = (error: Error | null) => void;

/** A publish on its way, kept so that it can be sent again. */
export class PendingPublish implements PublishFrame {
  readonly kind = 'publish';
  /** The frames of namespace, topic and username. */
  readonly names: Buffer;
  readonly formatCode: number;
  flags: number;
  readonly payload: Uint8Array;
  readonly timestampMs: number;
  readonly settle: Settle;
  /** In which tick of its channel it was sent. */
  sentTick = 0;
  /** Publishes that nobody answers, sent on the channel before this one. */
  unansweredBefore = 0;
  /** Its caller gave it up: not to be sent any more. */
  isCancelled = false;

  constructor(names: Buffer, frame: PublishFrame, settle: Settle) {
    this.names = names;
    this.formatCode = frame.formatCode;
    this.flags = frame.flags;
    this.payload = frame.payload;
    this.timestampMs = frame.timestampMs;
    this.settle = settle;
  }
}

/** Any other request. */
export interface PendingRequest {
  readonly kind: 'request';
  readonly settle: (error: Error | null, body?: Record<string, unknown>) => void;
  sentTick: number;
  unansweredBefore: number;
}

export type Pending = PendingPublish | PendingRequest;
