import type { Finding } from '../market/scenario.js';
import { sizeOf } from '../market/scenario.js';
import { steadily } from '../workloads/latency.js';
import { pause, Stage } from '../workloads/stage.js';
import { topicList } from '../workloads/topics.js';
import { browserPeer, byWebSocket } from './browser-peer.js';
import { ChromiumPage, hasChromium } from './chromium-page.js';
import type { BrowserEffort, BrowserScenario } from './scenario.js';

const topics = topicList(100);
const payloadBytes = 100;
const windowCount = 20_000;
const rate = 1_000;
const warmMs = 2_000;

/** The client library in a real browser. */
export const chromiumPath: BrowserScenario = {
  name: 'client-chromium',
  title: 'the client in Chromium by WebSocket on the publisher port: messages a second, delay',
  run: async (effort) => {
    if (!hasChromium()) return { findings: [], faults: [], skipped: 'no Chromium is installed' };
    return { findings: [...(await flatOut(effort)), ...(await delays(effort))], faults: [] };
  },
};

const millisecondsOf = (effort: BrowserEffort): number => 1_000 * (effort.seconds ?? sizeOf(effort, 1, 5));

/** Runs with one page that is closed afterwards. */
function withPage(
  isStamped: boolean,
  play: (stage: Stage, page: ChromiumPage) => Promise<Finding[]>,
): Promise<Finding[]> {
  return Stage.run(browserPeer, async (stage) => {
    const page = await ChromiumPage.open(byWebSocket(stage.running.address, 'publisher port'), isStamped);
    try {
      return await play(stage, page);
    } finally {
      await page.close();
    }
  });
}

const flatOut = (effort: BrowserEffort): Promise<Finding[]> =>
  withPage(false, async (stage, page) => {
    await stage.publisher({ topics, payloadBytes, linkCount: 1, windowCount });
    await pause(warmMs);
    const before = await page.counts();
    await pause(millisecondsOf(effort));
    const after = await page.counts();
    const perSecond = ((after.count - before.count) / (after.atMs - before.atMs)) * 1_000;
    return [{ figure: 'flat out', value: perSecond, unit: 'msg/s' }];
  });

const delays = (effort: BrowserEffort): Promise<Finding[]> =>
  withPage(true, async (stage, page) => {
    await stage.timedPublisher({ topics, payloadBytes, schedule: [steadily(rate)], isStamped: true });
    await pause(warmMs);
    await page.reset();
    await pause(millisecondsOf(effort));
    const { p50Ms, p99Ms } = await page.delays();
    return [
      { figure: 'delay at 1,000 msg/s, P50', value: p50Ms * 1_000, unit: 'us' },
      { figure: 'delay at 1,000 msg/s, P99', value: p99Ms * 1_000, unit: 'us' },
    ];
  });
