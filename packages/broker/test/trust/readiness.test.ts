import { expect, test } from 'vitest';
import { engineInWorker } from '../../dist/engine-link.js';
import type { EngineLink } from '../../src/port.js';
import { RunningServer } from '../control/running-server.js';

test('/health says that the process lives, and /ready that it can do its work', async () => {
  let isDeaf = false;
  // The real engine, which at times gets no question.
  const engine = (): EngineLink => {
    const link = engineInWorker();
    return { ...link, send: (command) => void ((isDeaf && command.kind === 'ask') || link.send(command)) };
  };
  const running = await RunningServer.start({}, undefined, { engine });
  const ready = async () => {
    const { status, body } = await running.call('GET', '/ready', undefined, null);
    return [status, body];
  };
  expect(await ready()).toEqual([200, { status: 'ready', problems: [] }]);
  isDeaf = true;
  const text = 'the engine did not answer within 1000 ms';
  expect(await ready()).toEqual([503, { status: 'not ready', problems: [{ code: 'ENGINE_SILENT', text }] }]);
  expect((await running.call('GET', '/health', undefined, null)).body).toMatchObject({ status: 'ok' });
  isDeaf = false;
  expect(await ready()).toEqual([200, { status: 'ready', problems: [] }]);
});
