import type { PeerAddress } from '../wire/peer-wire.js';
import type { WireName } from '../wire/wires.js';

/** Something that is measured: started and stopped by the suite. */
export interface Peer {
  readonly name: string;
  readonly wire: WireName;
  /** Nobody publishes to it: what its subscribers get is its own. */
  readonly isSource?: boolean;
  /** Version and settings, for the report; undefined when it is not on this machine. */
  describe(): string | undefined;
  start(): Promise<RunningPeer>;
}

export interface RunningPeer {
  readonly address: PeerAddress;
  /** 0 where there is no process. */
  readonly pid: number;
  /** What only our own broker can be asked. */
  readonly inside?: Inside;
  stop(): Promise<void>;
}

/** What our broker tells of itself. */
export interface Inside {
  /** Resident memory after a collection in all its threads, bytes. */
  collectedBytes(): Promise<number>;
  /** From the read that brought a message to the write that took it away, of the last second; null when there was none. */
  writeDelay(): Promise<WriteDelay | null>;
}

/** As the API's `broker_to_socket_us`, microseconds. */
export interface WriteDelay {
  readonly p50: number;
  readonly p99: number;
}
