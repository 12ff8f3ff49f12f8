import { expect, test } from 'vitest';
import { Clock } from '../../src/engine/clock.js';
import { FanOut } from '../../src/engine/fanout/fan-out.js';
import { Intake } from '../../src/engine/route/accept.js';
import { LastValues } from '../../src/engine/route/memory/last-values.js';
import { Watches, watchMs } from '../../src/engine/route/memory/watches.js';
import { NamespaceTable } from '../../src/engine/route/namespace-table.js';
import { locate, RequestSpan } from '../../src/engine/session/wire/message-locator.js';
import { testGuard, testLimits, testOrigin, wirePublish } from './support.js';

function scene() {
  const clock = new Clock();
  const fanOut = new FanOut(testLimits, clock, testGuard);
  const lastValues = new LastValues(1 << 20, clock, fanOut.memory);
  const intake = new Intake(fanOut, lastValues);
  const namespace = new NamespaceTable().ofOrNew('market');
  const publish = (topic: string): void => {
    const wire = wirePublish(topic, 'value');
    const span = new RequestSpan();
    locate(wire, 0, wire.length, span);
    intake.accept(namespace.route(topic) ?? namespace.addRoute(1, topic, 1), span, testOrigin);
    intake.endRead();
  };
  return { clock, lastValues, namespace, publish, watches: new Watches(intake, clock) };
}

test('a value that an operator looked at is kept for ten minutes and then given back', () => {
  const { clock, lastValues, namespace, publish, watches } = scene();
  publish('a');
  expect(lastValues.totalBytes).toBe(0);
  watches.watch(namespace, 'a');
  watches.watch(namespace, 'not.yet.published');
  publish('a');
  publish('not.yet.published');
  expect(lastValues.of(namespace.route('a')!)).not.toBeNull();
  expect(lastValues.of(namespace.route('not.yet.published')!)).not.toBeNull();
  clock.steadyMs += watchMs - 1;
  watches.sweep();
  watches.watch(namespace, 'a');
  clock.steadyMs += 1;
  watches.sweep();
  expect(lastValues.of(namespace.route('a')!)).not.toBeNull();
  expect(lastValues.of(namespace.route('not.yet.published')!)).toBeNull();
  clock.steadyMs += watchMs;
  watches.sweep();
  expect(lastValues.totalBytes).toBe(0);
  publish('a');
  expect(lastValues.totalBytes).toBe(0);
});

test('the end of a watch takes nothing from a namespace that keeps its last values', () => {
  const { clock, lastValues, namespace, publish, watches } = scene();
  namespace.keepsLastValues = true;
  publish('a');
  watches.watch(namespace, 'a');
  clock.steadyMs += watchMs;
  watches.sweep();
  expect(lastValues.of(namespace.route('a')!)).not.toBeNull();
});
