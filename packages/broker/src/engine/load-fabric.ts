import type { EngineEvent } from '../port.js';
import type { EngineCluster } from '../port-cluster.js';
import type { Fabric } from './fabric/fabric.js';
import type { PortPair } from './net/port-pair.js';
import { findHere } from './report/find-here.js';
import type { EngineCore } from './session/core.js';
import { sayStreamsEnded } from './session/subscribe/ended-notice.js';

/** Joins this broker to others. */
type JoinCluster = (core: EngineCore, ports: PortPair, emit: (event: EngineEvent) => void) => Fabric;

/** Loads the code that a broker on its own does without. */
export async function loadFabric(cluster: EngineCluster): Promise<JoinCluster> {
  const [{ Fabric }, { NatsTransport }] = await Promise.all([
    import('./fabric/fabric.js'),
    import('./fabric/nats-transport.js'),
  ]);
  return (core, { pub, sub }, emit) =>
    new Fabric({
      core,
      cluster,
      open: (events, id) => new NatsTransport(cluster, core.guard, events, id),
      ports: { pubPort: pub.port, subPort: sub.port },
      findHere: (question) => findHere(core, question),
      onNews: (text, isTrouble) => emit({ kind: 'clusterNews', text, isTrouble }),
      onStreamsEnded: (epochs) => sayStreamsEnded(core, epochs),
    });
}
