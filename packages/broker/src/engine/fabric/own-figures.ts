import type { BrokerFigures, EngineCluster } from '../../port-cluster.js';
import type { EngineCore } from '../session/core.js';
import type { OwnInterest } from './own-interest.js';
import type { PeerTable } from './peer-table.js';
import type { Transport } from './transport.js';

/** The ports that a broker listens on. */
export interface Ports {
  readonly pubPort: number;
  readonly subPort: number;
}

/** What changes little while this broker runs. */
export interface Self {
  readonly id: string;
  readonly cluster: EngineCluster;
  readonly ports: Ports;
  /** Unix milliseconds. */
  readonly startedMs: number;
  /** 0 until the HTTP API listens. */
  adminPort: number;
}

/** The parts of the fabric that figures come from. */
export interface FigureParts {
  readonly peers: PeerTable;
  readonly own: OwnInterest;
  readonly transport: Transport;
}

/** What this broker says of itself. */
export function ownFigures(
  { sessions, subscribers, intake, fanOut, config }: EngineCore,
  { id, cluster, ports, startedMs, adminPort }: Self,
  { peers, own, transport }: FigureParts,
): BrokerFigures {
  return {
    id,
    name: cluster.brokerName,
    version: config.server,
    host: cluster.host,
    ...ports,
    adminPort,
    startedMs,
    sessionCount: sessions.count,
    subscriberCount: subscribers.count,
    publishedCount: intake.publishedCount - peers.receivedCount,
    deliveredCount: fanOut.account.deliveredCount,
    patternCount: own.wordCount,
    interestVersion: own.version,
    natsServer: transport.server,
    feeds: [...peers.all()].flatMap(({ outgoing }) => outgoing?.feed.figures() ?? []),
  };
}
