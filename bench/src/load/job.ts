import type { PeerAddress } from '../wire/peer-wire.js';
import type { WireName } from '../wire/wires.js';

/** What a generator process is told to do. */
export type Job =
  | {
      readonly kind: 'publish';
      readonly wire: WireName;
      readonly address: PeerAddress;
      readonly topics: readonly string[];
      readonly payloadBytes: number;
      /** Messages a second, sent on time; 0 is flat out. */
      readonly rate: number;
      /** Publishers in this process. */
      readonly linkCount: number;
      /** Unacknowledged publishes of each, where the peer acknowledges. */
      readonly windowCount: number;
      /** Messages to send in all, 0 for no end. */
      readonly messageCount: number;
    }
  | {
      readonly kind: 'subscribe';
      readonly wire: WireName;
      readonly address: PeerAddress;
      /** One connection for each list of topics. */
      readonly interests: readonly (readonly string[])[];
      /** A topic as long as every other, for the size of a delivery. */
      readonly topic: string;
      readonly payloadBytes: number;
      /** Read the time of sending out of each payload. */
      readonly measuresLatency: boolean;
    };

/** What a generator tells. */
export type Report =
  | { readonly kind: 'ready' }
  /** Totals so far, and this process's clock, nanoseconds. */
  | { readonly kind: 'counts'; readonly count: number; readonly atNs: number; readonly cpuUs: number }
  | {
      readonly kind: 'latency';
      readonly count: number;
      readonly p50Us: number;
      readonly p99Us: number;
      readonly maxUs: number;
    };

/** What a generator can be asked while it works. */
export type Ask = 'counts' | 'reset' | 'latency' | 'stop';
