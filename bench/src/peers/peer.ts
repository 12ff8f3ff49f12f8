import type { PeerAddress } from '../wire/peer-wire.js';
import type { WireName } from '../wire/wires.js';

/** Something that is measured: started and stopped by the suite. */
export interface Peer {
  readonly name: string;
  readonly wire: WireName;
  /** Version and settings, for the report; undefined when it is not on this machine. */
  describe(): string | undefined;
  start(): Promise<RunningPeer>;
}

export interface RunningPeer {
  readonly address: PeerAddress;
  readonly pid: number;
  stop(): Promise<void>;
}
