import { expect, test } from 'vitest';
import { EngineHeartbeat } from '../../src/control/engine-heartbeat.js';
import type { EngineAnswer } from '../../src/port-questions.js';

const alive: EngineAnswer = { kind: 'alive', isListening: true };

/** A heartbeat whose questions are answered by `ask`, and the errors that it reported. */
function scene(ask: () => Promise<EngineAnswer>) {
  const errors: string[] = [];
  const heartbeat = new EngineHeartbeat({ ask }, ({ message }) => errors.push(message));
  const beats = async (count: number): Promise<void> => {
    for (let beat = 0; beat < count; beat++) {
      heartbeat.beat();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { heartbeat, errors, beats };
}

test('an engine that answers is never reported', async () => {
  const { errors, beats } = scene(async () => alive);
  await beats(50);
  expect(errors).toEqual([]);
});

test('an engine that has not answered ten beats is reported, once', async () => {
  const { errors, beats } = scene(() => new Promise(() => {}));
  await beats(10);
  expect(errors).toEqual([]);
  await beats(20);
  expect(errors).toEqual(["the engine's thread has not answered for 10 seconds"]);
});

test('a question whose time is over, as after the process stood still, is asked again', async () => {
  let failuresLeft = 3;
  const { errors, beats } = scene(async () => {
    if (failuresLeft-- > 0) throw new Error('the engine did not answer within 10000 ms');
    return alive;
  });
  await beats(50);
  expect(errors).toEqual([]);
});

test('the engine is not ready when it does not answer, and when a port is closed', async () => {
  const listening = scene(async () => alive);
  expect(await listening.heartbeat.problem()).toBeUndefined();
  const closed = scene(async () => ({ kind: 'alive', isListening: false }));
  expect(await closed.heartbeat.problem()).toBe('the engine does not listen on both ports');
  const silent = scene(() => new Promise(() => {}));
  expect(await silent.heartbeat.problem()).toBe('the engine did not answer within 1000 ms');
});
