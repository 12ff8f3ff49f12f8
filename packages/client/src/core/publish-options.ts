import type { CompressionAlgorithm, PayloadFormat } from '@pulsemq/protocol';

/** How one message is published. */
export interface PublishOptions {
  /** Format in which the data is serialised. Default `bytes`. */
  readonly format?: PayloadFormat;
  /** Compression, used from 1,024 serialised bytes up. Default: none. */
  readonly compress?: CompressionAlgorithm;
  /** Wait for the broker's acknowledgement. Default true. With false, rejections by the broker are not reported. */
  readonly ack?: boolean;
  /** Exclude the message from conflation for slow subscribers: for trades, not for quotes. Default false. */
  readonly doNotConflate?: boolean;
  /** Ends the wait. A message that was already sent may still arrive; one that waits for a connection is not sent. */
  readonly signal?: AbortSignal;
}
