import type { EngineCluster } from '../../port-cluster.js';
import type { FindQuestion, Found } from '../../port-find.js';
import type { EngineCore } from '../session/core.js';
import type { Ports } from './own-figures.js';
import type { PeerNews } from './peer-table.js';
import type { Transport, TransportEvents } from './transport.js';

/** Opens what carries the messages. */
export type OpenTransport = (events: TransportEvents, id: string) => Transport;

/** What the fabric is made with. */
export interface FabricParts extends PeerNews {
  readonly core: EngineCore;
  readonly cluster: EngineCluster;
  readonly open: OpenTransport;
  readonly ports: Ports;
  /** What this broker has of what another one looks for. */
  findHere(question: FindQuestion): Found;
}
