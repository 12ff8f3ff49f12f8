import { type BarPayload, type Bars, FormatCode } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
// The built one: its thread is a file that Node loads by itself.
import { startBarThread } from '../../../dist/engine/bars/bar-link.js';
import { deliveriesIn } from '../../../src/bars/deliveries.js';
import type { BarThreadData } from '../../../src/bars/thread-messages.js';
import { BarHost, type BarHostOptions } from '../../../src/engine/bars/bar-host.js';
import { applyEntitlementCommand } from '../../../src/engine/entitlement-commands.js';
import type { Batch } from '../../../src/engine/fanout/batch/batch.js';
import { interestSet } from '../../../src/engine/route/interest.js';
import { allTopics } from '../../../src/engine/route/prefix-set.js';
import type { EngineCore } from '../../../src/engine/session/core.js';
import { publishFromApi } from '../../../src/engine/session/publish/api-publish.js';
import { SceneBroker, until, Wire } from '../fabric/fabric-scene.js';

const rules: Bars = {
  rules: [
    {
      source: '*.trade',
      target: '{1}.kline.1s',
      interval: '1s',
      calendar: null,
      zone: null,
      price: null,
      size: null,
      time: null,
      grace_ms: 0,
      update_ms: null,
    },
  ],
  calendars: {},
};

function setBars(core: EngineCore, bars: Bars | null): void {
  const namespace = { id: 1, name: 'market', isActive: true, keepLastValue: true, freshness: null, bars };
  applyEntitlementCommand(core, { kind: 'namespace', namespace });
}

/** The bars of a broker with the rule, until the test is over. */
function withBars({ core }: SceneBroker, options: BarHostOptions = {}): BarHost {
  const host = new BarHost(core, { startThread: startBarThread, ...options });
  setBars(core, rules);
  onTestFinished(() => host.stop());
  return host;
}

/** The bars that a subscriber of this broker gets. */
function readBars({ core }: SceneBroker): BarPayload[] {
  const seen: BarPayload[] = [];
  const deliver = (batch: Batch): void => {
    for (const { payload } of deliveriesIn(batch.view)) seen.push(JSON.parse(payload.toString()) as BarPayload);
  };
  const pattern = { namespace: 'market', pattern: '*.kline.1s', prefixes: allTopics };
  core.interest.place({ isReader: true, deliver, joined: () => {}, left: () => {} }, interestSet([pattern]));
  return seen;
}

function trade({ core }: SceneBroker, data: object): void {
  core.clock.tick();
  const names = { userId: 1, username: 'feed', namespace: 'market', topic: 'a.trade' };
  const message = { ...names, format: FormatCode.string, flags: 0, payload: Buffer.from(JSON.stringify(data)) };
  publishFromApi(core, message, (answer) => expect(answer.kind).toBe('published'));
}

/** Publishes in a rhythm until the condition is true. */
async function publishUntil(publish: () => void, condition: () => boolean): Promise<void> {
  publish();
  const timer = setInterval(publish, 50);
  await until(condition);
  clearInterval(timer);
}

test('a broker makes bars of what its own publishers send, and subscribers of other brokers get them', async () => {
  const wire = new Wire();
  const [a, b] = [new SceneBroker('a', wire), new SceneBroker('b', wire)];
  const [host, other] = [withBars(a), withBars(b)];
  const [here, there] = [readBars(a), readBars(b)];
  // The other broker gets the trades, and makes nothing of them.
  b.want('*.trade');
  await until(() => b.peer !== undefined && b.peer.appliedVersion === b.fabric.figures().own.interestVersion);
  await publishUntil(
    () => trade(a, { price: 1 }),
    () => there.length >= 2,
  );
  expect(there).toEqual(here.slice(0, there.length));
  expect(host.counters!.publishedCount).toBeGreaterThanOrEqual(2);
  expect(b.sequences.length).toBeGreaterThan(2);
  expect(other.counters).toMatchObject({ publishedCount: 0, openCount: 0, unpricedCount: 0 });
});

test('where decoding falls behind, messages are left out, and their bars and the log say so', async () => {
  const broker = new SceneBroker('a', new Wire());
  const host = withBars(broker, { backlogBytes: 1_000 });
  const seen = readBars(broker);
  const publish = (): void => {
    trade(broker, { price: 1 });
    broker.core.fanOut.turn.flush();
    trade(broker, { price: 2, note: 'x'.repeat(2_000) });
  };
  await publishUntil(publish, () => seen.some(({ gap }) => gap === 'lost'));
  expect(host.counters!.lostCount).toBeGreaterThan(0);
  expect(broker.core.limitReport.hits.barBacklog).toBeGreaterThan(0);
});

test('without a rule there is no group, no thread and no figure', async () => {
  const broker = new SceneBroker('a', new Wire());
  let threadCount = 0;
  const startThread = (data: BarThreadData) => {
    threadCount++;
    return startBarThread(data);
  };
  const host = new BarHost(broker.core, { startThread });
  onTestFinished(() => host.stop());
  setBars(broker.core, null);
  trade(broker, { price: 1 });
  const route = broker.core.namespaces.of('market')!.route('a.trade')!;
  const groupCount = () => broker.core.namespaces.of('market')!.groupsOf(route).length;
  expect([groupCount(), threadCount, host.counters]).toEqual([0, 0, null]);
  setBars(broker.core, rules);
  expect([groupCount(), threadCount]).toEqual([1, 1]);
  // The same rules again, as all rights are sent every minute.
  setBars(broker.core, structuredClone(rules));
  expect([groupCount(), threadCount]).toEqual([1, 1]);
  setBars(broker.core, null);
  expect([groupCount(), threadCount]).toEqual([0, 1]);
});

test('a thread that fails is started again, and the first bars after that are incomplete', async () => {
  const broker = new SceneBroker('a', new Wire());
  const workers: ReturnType<typeof startBarThread>[] = [];
  withBars(broker, {
    startThread: (data) => {
      workers.push(startBarThread(data));
      return workers.at(-1)!;
    },
  });
  const seen = readBars(broker);
  workers[0]!.postMessage({ kind: 'messages', source: 1, deliveries: null });
  await publishUntil(
    () => trade(broker, { price: 1 }),
    () => seen.some(({ isComplete }) => isComplete),
  );
  expect(workers).toHaveLength(2);
  expect(seen[0]).toMatchObject({ isComplete: false, gap: 'start' });
  expect(broker.core.guard.caughtCount).toBe(1);
});
