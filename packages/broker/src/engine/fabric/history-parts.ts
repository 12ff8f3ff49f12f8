import type { EngineCore } from '../session/core.js';
import type { PeerTable } from './peer-table.js';
import type { Transport } from './transport.js';

/** What history between brokers needs. */
export interface HistoryParts {
  readonly core: EngineCore;
  readonly transport: Transport;
  readonly peers: PeerTable;
  /** Of this broker. */
  readonly id: string;
}
