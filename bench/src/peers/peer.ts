import type { PeerAddress } from '../wire/peer-wire.js';
import type { WireName } from '../wire/wires.js';

/** A broker, or a substitute for one, that the suite starts, measures and stops. */
export interface Peer {
  readonly name: string;
  readonly wire: WireName;
  /** It produces the deliveries itself, so the workload starts no publisher. */
  readonly isSource?: boolean;
  /** Version and settings, for the report; undefined where it is not installed. */
  describe(): string | undefined;
  start(): Promise<RunningPeer>;
}

export interface RunningPeer {
  readonly address: PeerAddress;
  /** 0 without a process. */
  readonly pid: number;
  /** Only PulseMQ has it. */
  readonly inside?: Inside;
  stop(): Promise<void>;
}

/** Figures that only PulseMQ reports about itself. */
export interface Inside {
  /** Resident memory in bytes, after a garbage collection in all its threads. */
  collectedBytes(): Promise<number>;
  /** Delays from the read of a message to its write in the last second; null without messages. */
  writeDelay(): Promise<WriteDelay | null>;
}

/** `broker_to_socket_us` of the API, in microseconds. */
export interface WriteDelay {
  readonly p50: number;
  readonly p99: number;
}
