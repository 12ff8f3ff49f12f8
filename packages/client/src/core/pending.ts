import type { PublishFrame } from './publish-batch.js';

/** A publish on its way, kept so that it can be sent again. */
export interface PendingPublish {
  readonly kind: 'publish';
  readonly names: Buffer;
  readonly frame: PublishFrame;
  /** Called once: with null when it was acknowledged. */
  readonly settle: (error: Error | null) => void;
  sentAtMs: number;
  /** It may have arrived once already. */
  wasSent: boolean;
}

/** Any other request. */
export interface PendingRequest {
  readonly kind: 'request';
  readonly settle: (error: Error | null, body?: Record<string, unknown>) => void;
  sentAtMs: number;
}

export type Pending = PendingPublish | PendingRequest;
