import { beforeEach, expect, test } from 'vitest';
import { Clock } from '../../src/engine/clock.js';
import { FanOut } from '../../src/engine/fanout/fan-out.js';
import { Outflow } from '../../src/engine/fanout/subscriber/outflow.js';
import { Patience } from '../../src/engine/fanout/subscriber/patience.js';
import { SubscriberCounts } from '../../src/engine/fanout/subscriber/subscriber-counts.js';
import { Pacing } from '../../src/engine/session/publish/pacing.js';
import type { SessionConnection } from '../../src/engine/session/session-connection.js';
import { StoppableSink } from './stoppable-sink.js';
import { testGuard, testLimits } from './support.js';

/** Reads whenever it may, and says so. */
class Publishing implements SessionConnection {
  readonly address = '127.0.0.1';
  readonly port = 0;
  readonly client = '';
  readonly pendingBytes = 0;
  readonly isEncrypted = false;
  readonly provenKey = null;
  readonly mayBeLegacy = true;
  readonly heldBytes = 0;
  isPaused = false;
  resumed: () => void = () => {};
  write(): void {}
  overflow(): void {}
  close(): void {}
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
    this.resumed();
  }
}

let fanOut: FanOut;
let reader: Outflow;

beforeEach(() => {
  fanOut = new FanOut(testLimits, new Clock(), testGuard);
  const sink = new StoppableSink();
  reader = new Outflow(sink, fanOut, new SubscriberCounts(fanOut.account), {
    pump: () => {},
    onWritten: () => {},
    onDropped: () => {},
  });
});

/** Publishers that wait, and the numbers of those that resumed, in order. */
function waiting(pacing: Pacing, count: number, readBytes: number) {
  const resumedIndexes: number[] = [];
  const publishers = Array.from({ length: count }, (_, index) => {
    const one = new Publishing();
    one.resumed = () => resumedIndexes.push(index);
    return one;
  });
  for (const one of publishers) pacing.afterRead(one, readBytes);
  const next = (more: number): Promise<void> =>
    new Promise((resolve) => {
      const wanted = resumedIndexes.length + more;
      for (const one of publishers) {
        const { resumed } = one;
        one.resumed = () => {
          resumed();
          if (resumedIndexes.length === wanted) resolve();
        };
      }
    });
  return { publishers, resumedIndexes, next };
}

test('no publisher waits while no subscriber lags, or where pacing is off', () => {
  const { publishers } = waiting(new Pacing(fanOut, 5, testGuard), 3, 262_144);
  expect(publishers.some((one) => one.isPaused)).toBe(false);
  fanOut.laggards.update(reader, true, true);
  expect(waiting(new Pacing(fanOut, 0, testGuard), 3, 262_144).publishers.some((one) => one.isPaused)).toBe(false);
});

test('while a subscriber lags, publishers that send flat out resume one after the other, in their order', async () => {
  fanOut.laggards.update(reader, true, true);
  const { publishers, resumedIndexes, next } = waiting(new Pacing(fanOut, 1, testGuard), 4, 262_144);
  expect(publishers.every((one) => one.isPaused)).toBe(true);
  await next(1);
  expect(resumedIndexes).toEqual([0]);
  await next(2);
  expect(resumedIndexes).toEqual([0, 1, 2]);
});

test('quiet publishers resume together', async () => {
  fanOut.laggards.update(reader, true, true);
  const { resumedIndexes, next } = waiting(new Pacing(fanOut, 1, testGuard), 1_000, 200);
  await next(1_000);
  expect(resumedIndexes.length).toBe(1_000);
});

test('when no subscriber lags any more all publishers resume, an eighth of a backlog a turn', async () => {
  const pacing = new Pacing(fanOut, 1_000, testGuard);
  fanOut.laggards.update(reader, true, true);
  const readBytes = testLimits.outboxBytes / 16;
  const { resumedIndexes, next } = waiting(pacing, 5, readBytes);
  fanOut.laggards.update(reader, false, false);
  expect(resumedIndexes).toEqual([0, 1]);
  await next(3);
  expect(resumedIndexes).toEqual([0, 1, 2, 3, 4]);
});

test('resuming ends when a subscriber lags again', async () => {
  const pacing = new Pacing(fanOut, 20, testGuard);
  fanOut.laggards.update(reader, true, true);
  const { resumedIndexes, next } = waiting(pacing, 5, testLimits.outboxBytes / 16);
  fanOut.laggards.update(reader, false, false);
  fanOut.laggards.update(reader, true, true);
  expect(resumedIndexes).toEqual([0, 1]);
  await next(1);
  expect(resumedIndexes).toEqual([0, 1, 2]);
});

test('patience ends with a loss, and comes back with catching up or with taking more than is lost', () => {
  const patience = new Patience();
  patience.take(1_000);
  expect(patience.isOver).toBe(false);
  patience.lose(500, 10_000);
  expect(patience.isOver).toBe(true);
  patience.take(400);
  patience.review(10_999);
  expect(patience.isOver).toBe(true);
  patience.review(11_000);
  expect(patience.isOver).toBe(true);
  patience.lose(300, 11_500);
  patience.take(301);
  patience.review(12_000);
  expect(patience.isOver).toBe(false);
  patience.lose(1, 12_001);
  patience.restore();
  expect(patience.isOver).toBe(false);
});
