import type { Finding } from '../market/scenario.js';
import { sizeOf } from '../market/scenario.js';
import { delaysFor, steadily } from '../workloads/latency.js';
import { lostCount, pause, Stage } from '../workloads/stage.js';
import { topicList } from '../workloads/topics.js';
import { browserPeer, byWebSocket, type Entrance } from './browser-peer.js';
import type { BrowserEffort, BrowserScenario } from './scenario.js';

const topics = topicList(100);
const payloadBytes = 100;
/** Unacknowledged publishes, at most. */
const windowCount = 20_000;
const rate = 1_000;
const warmMs = 1_000;

const path = (name: string, entrance: Entrance | 'TCP'): BrowserScenario => ({
  name,
  title: `the client on Node by ${entrance === 'TCP' ? 'TCP' : `WebSocket on the ${entrance}`}: messages a second, delay`,
  run: async (effort) => ({
    findings: [...(await flatOut(entrance, effort)), ...(await delays(entrance, effort))],
    faults: [],
  }),
});

/** The client library on Node, by TCP and on the ways of a browser. */
export const clientPaths: readonly BrowserScenario[] = [
  path('client-tcp', 'TCP'),
  path('client-websocket', 'publisher port'),
  path('client-admin-port', 'admin port'),
];

const secondsOf = (effort: BrowserEffort): number => effort.seconds ?? sizeOf(effort, 1, 5);

const receiver = (stage: Stage, entrance: Entrance | 'TCP', measuresLatency: boolean) => {
  const { address } = stage.running;
  return stage.generator({
    kind: 'sdkReceive',
    library: '@pulsemq/client',
    address: entrance === 'TCP' ? address : byWebSocket(address, entrance),
    pattern: '>',
    way: 'callback',
    measuresLatency,
  });
};

/** One publisher sends as fast as it is acknowledged. */
function flatOut(entrance: Entrance | 'TCP', effort: BrowserEffort): Promise<Finding[]> {
  const seconds = secondsOf(effort);
  return Stage.run(browserPeer, async (stage) => {
    const reader = await receiver(stage, entrance, false);
    const publisher = await stage.publisher({ topics, payloadBytes, linkCount: 1, windowCount });
    await pause(warmMs);
    const before = await reader.counts();
    await pause(seconds * 1_000);
    const after = await reader.counts();
    publisher.ask('stop');
    const perSecond = ((after.count - before.count) / (after.atNs - before.atNs)) * 1e9;
    return [
      { figure: 'flat out', value: perSecond, unit: 'msg/s' },
      { figure: 'lost', value: await lostCount(reader, [publisher]), unit: 'messages' },
    ];
  });
}

/** Each message is sent when it is due. */
function delays(entrance: Entrance | 'TCP', effort: BrowserEffort): Promise<Finding[]> {
  return Stage.run(browserPeer, async (stage) => {
    const reader = await receiver(stage, entrance, true);
    await stage.timedPublisher({ topics, payloadBytes, schedule: [steadily(rate)], isStamped: true });
    await pause(warmMs);
    const { p50Us, p99Us } = await delaysFor(reader, secondsOf(effort));
    return [
      { figure: 'delay at 1,000 msg/s, P50', value: p50Us, unit: 'us' },
      { figure: 'delay at 1,000 msg/s, P99', value: p99Us, unit: 'us' },
    ];
  });
}
