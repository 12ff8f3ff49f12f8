import type { GeneratorProcess } from '../load/generator-process.js';
import type { LanesJob } from '../load/job.js';
import { newNamespace } from '../market/market-namespace.js';
import type { Finding, Outcome } from '../market/scenario.js';
import { sizeOf } from '../market/scenario.js';
import { delaysFor, steadily } from '../workloads/latency.js';
import { pause, Stage } from '../workloads/stage.js';
import { topicList } from '../workloads/topics.js';
import { browserPeer, byWebSocket, type Entrance } from './browser-peer.js';
import { cpuSharesFor } from './cpu-shares.js';
import { watchMemory } from './memory.js';
import type { BrowserEffort, BrowserScenario } from './scenario.js';

const topicCount = 200;
const rate = 1_000;
const payloadBytes = 100;
/** Pages whose messages are read one by one; the others only count bytes, so that they leave the CPU to the broker. */
const measuredCount = 5;
const stoppedCount = 5;
const warmMs = 3_000;
/** How long stopped pages may take to show the newest prices again before the run gives up. */
const returnTimeoutMs = 30_000;
const lookMs = 20;
/** A price that is at most this old is a live one. */
const liveMs = 250;

const crowd = (name: string, entrance: Entrance, fullCount: number): BrowserScenario => ({
  name,
  title: `${fullCount} pages by WebSocket on the ${entrance}, on the same 200 topics at 1,000 msg/s with maxRate 10`,
  run: (effort) => run(entrance, effort.subscriberCount ?? sizeOf(effort, 20, fullCount), effort),
});

export const crowds: readonly BrowserScenario[] = [
  crowd('crowd', 'publisher port', 1_000),
  crowd('crowd-admin-port', 'admin port', 100),
];

async function run(entrance: Entrance, subscriberCount: number, effort: BrowserEffort): Promise<Outcome> {
  const seconds = effort.seconds ?? sizeOf(effort, 1, 20);
  return Stage.run(browserPeer, async (stage) => {
    await newNamespace(stage.running.address, true);
    const idleBytes = await stage.running.inside!.collectedBytes();
    const others = await Promise.all([
      lanes(stage, entrance, Math.ceil((subscriberCount - measuredCount - stoppedCount) / 2), false),
      lanes(stage, entrance, Math.floor((subscriberCount - measuredCount - stoppedCount) / 2), false),
    ]);
    const measured = await lanes(stage, entrance, measuredCount, true);
    const stopped = await lanes(stage, entrance, stoppedCount, true);
    await feed(stage);
    await pause(effort.isQuick ? 0 : warmMs);
    const memory = watchMemory(stage.running.pid);
    const live = await measure(stage, measured, others, seconds);
    stopped.freeze();
    const beside = await measure(stage, measured, others, seconds);
    stopped.thaw();
    const returnMs = await untilLive(stopped);
    const growthBytes = memory.end() - idleBytes;
    return {
      findings: [
        { figure: 'deliveries', value: live.deliveriesPerSecond * (subscriberCount / measuredCount), unit: '/s' },
        ...live.findings(''),
        { figure: 'greatest memory above idle', value: growthBytes / 1e6, unit: 'MB', atMost: 200 },
        ...beside.findings(`, ${stoppedCount} pages stopped`),
        { figure: 'stopped pages: live again after', value: returnMs, unit: 'ms', atMost: 1_000 },
      ],
      faults: await closedFaults([...others, measured, stopped]),
    };
  });
}

const lanes = (stage: Stage, entrance: Entrance, laneCount: number, measuresLatency: boolean) => {
  const address = byWebSocket(stage.running.address, entrance);
  const options = { onSlow: 'conflate', maxRate: 10 } as const;
  const job: LanesJob = { kind: 'lanes', address, laneCount, pattern: '>', options, measuresLatency };
  return stage.generator(job);
};

const feed = (stage: Stage) =>
  stage.timedPublisher({
    topics: topicList(topicCount),
    payloadBytes,
    schedule: [steadily(rate)],
    isStamped: true,
  });

interface Measured {
  readonly deliveriesPerSecond: number;
  findings(when: string): Finding[];
}

/** Delays, waits and CPU of the next `seconds`. */
async function measure(
  stage: Stage,
  measured: GeneratorProcess,
  others: readonly GeneratorProcess[],
  seconds: number,
): Promise<Measured> {
  for (const other of others) other.ask('reset');
  const [delays, cpu] = await Promise.all([
    delaysFor(measured, seconds),
    cpuSharesFor(stage.running.pid, seconds * 1_000),
  ]);
  const counts = await Promise.all(others.map((other) => other.counts()));
  const silenceMs = Math.max(...counts.map(({ more }) => more.longestSilenceMs!));
  return {
    deliveriesPerSecond: delays.count / seconds,
    findings: (when) => [
      { figure: `CPU of the engine${when}`, value: cpu.engine, unit: 'cores', atMost: 1 },
      { figure: `CPU of the whole broker${when}`, value: cpu.whole, unit: 'cores' },
      { figure: `delay, P99${when}`, value: delays.p99Us / 1e3, unit: 'ms' },
      { figure: `longest delay of an update${when}`, value: delays.maxUs / 1e3, unit: 'ms', atMost: 500 },
      { figure: `longest wait of any page${when}`, value: silenceMs, unit: 'ms', atMost: 500 },
    ],
  };
}

/** Milliseconds until what stopped pages read is live; NaN where it does not become so. */
async function untilLive(stopped: GeneratorProcess): Promise<number> {
  const startMs = performance.now();
  const { count: before } = await stopped.counts();
  for (;;) {
    const { count, more } = await stopped.counts();
    const elapsedMs = performance.now() - startMs;
    if (count > before && more.lastDelayMs! < liveMs) return elapsedMs;
    if (elapsedMs > returnTimeoutMs) return Number.NaN;
    await pause(lookMs);
  }
}

/** The broker must close none of the pages. */
async function closedFaults(all: readonly GeneratorProcess[]): Promise<Outcome['faults']> {
  const counts = await Promise.all(all.map((one) => one.counts()));
  const closedCount = counts.reduce((sum, { more }) => sum + more.endedCount!, 0);
  if (closedCount === 0) return [];
  return [{ kind: 'closed', count: closedCount, first: 'the broker closed a lane' }];
}
