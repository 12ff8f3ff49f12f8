import { expect, test } from 'vitest';
import { Clock } from '../../src/engine/clock.js';
import { BatchMemory } from '../../src/engine/fanout/batch/batch-memory.js';
import { LastValues } from '../../src/engine/route/memory/last-values.js';
import { NamespaceTable } from '../../src/engine/route/namespace-table.js';
import type { Route } from '../../src/engine/route/route.js';
import { RequestSpan } from '../../src/engine/session/wire/message-locator.js';

const topicCount = 2_000;
const quietTopicCount = 50;
const readBytes = 262_144;

/** Repeatable numbers from 0 to 1 without 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** Last values of some topics, and what they ought to be. */
class Scene {
  readonly values = new LastValues(1 << 26, new Clock(), new BatchMemory());
  readonly routes: readonly Route[];
  /** Body and own bytes of the newest message of each topic. */
  readonly expected = new Map<Route, Buffer>();
  readonly #buf = Buffer.alloc(readBytes);
  #lastByte = 0;
  #endBytes = 0;

  constructor() {
    const namespace = new NamespaceTable().ofOrNew('market');
    this.routes = Array.from({ length: topicCount }, (_, id) => namespace.addRoute(id + 1, `t${id}`, 7));
  }

  /** A message in the present read. False when the read is full. */
  note(route: Route, bodyBytes: number, ownBytes: number): boolean {
    const start = this.#endBytes;
    const end = start + bodyBytes + 2 + ownBytes;
    if (end > readBytes) return false;
    this.#buf.fill(++this.#lastByte & 0xff, start, start + bodyBytes);
    this.#buf.fill(++this.#lastByte & 0xff, end - ownBytes, end);
    const span = new RequestSpan();
    const [payloadEnd, reservedStart, reservedEnd] = [start + bodyBytes, end - ownBytes, end];
    Object.assign(span, { buf: this.#buf, start, payloadStart: start, payloadEnd, reservedStart, reservedEnd });
    this.values.note(route, span);
    const own = this.#buf.subarray(reservedStart, reservedEnd);
    this.expected.set(route, Buffer.concat([this.#buf.subarray(start, payloadEnd), own]));
    this.#endBytes = end;
    return true;
  }

  /** Bytes of the present read that are no messages to be kept. */
  skip(bytes: number): void {
    this.#endBytes = Math.min(readBytes, this.#endBytes + bytes);
  }

  /** The buffer is used again at once. */
  endRead(): void {
    this.values.settle();
    this.#buf.fill(0);
    this.#endBytes = 0;
  }

  forget(route: Route): void {
    this.values.forget(route);
    this.expected.delete(route);
  }

  kept(route: Route): Buffer | undefined {
    const value = this.values.of(route);
    return value === null ? undefined : value.memory.buffer.subarray(value.start, value.end);
  }

  get sharedCount(): number {
    return this.routes.filter(({ value }) => value !== null && value.shared !== null).length;
  }

  check(): void {
    for (const route of this.routes) {
      const [kept, expected] = [this.kept(route), this.expected.get(route)];
      if (kept === undefined || expected === undefined) expect(kept, route.topic).toBe(expected);
      else expect(kept.equals(expected), route.topic).toBe(true);
    }
  }
}

test('values lie in the copies of their reads, and move to places of their own before a copy is used again', () => {
  const scene = new Scene();
  const random = randomNumbers(1);
  const quiet = scene.routes.slice(0, quietTopicCount);
  const busy = scene.routes.slice(quietTopicCount);
  // Together more bytes than all copies hold. One value of each read stays.
  for (const route of quiet) {
    scene.note(route, 100, 0);
    while (scene.note(busy[Math.floor(random() * busy.length)]!, 60 + Math.floor(random() * 300), 0));
    scene.endRead();
    expect(route.value!.shared).not.toBeNull();
  }
  expect(quiet.filter(({ value }) => value!.shared === null).length).toBeGreaterThan(quietTopicCount / 2);
  expect(scene.sharedCount).toBeGreaterThan(0);
  scene.check();
});

test('any mixture of reads leaves the newest value of each topic', () => {
  const scene = new Scene();
  const random = randomNumbers(2);
  const anyRoute = (): Route => scene.routes[Math.floor(random() ** 2 * topicCount)]!;
  for (let read = 0; read < 150; read++) {
    const messageCount = Math.floor(random() ** 2 * 1_500);
    const isSparse = random() < 0.2;
    for (let count = 0; count < messageCount; count++) {
      const ownBytes = random() < 0.1 ? 20 : 0;
      if (!scene.note(anyRoute(), 40 + Math.floor(random() ** 3 * 2_000), ownBytes)) break;
      if (isSparse) scene.skip(1_000);
    }
    scene.endRead();
    for (let count = 0; count < 10; count++) scene.forget(anyRoute());
    if (read % 10 === 9) scene.check();
  }
  scene.check();
  for (const route of scene.routes) scene.forget(route);
  expect(scene.values.totalBytes).toBe(0);
});
