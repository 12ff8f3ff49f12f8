import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { PostgresServer } from '../../../../test/postgres/postgres-server.mjs';
import { NoticeListener } from '../../src/control/store/postgres/notice-listener.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.remove());

test('a listener whose connection breaks again and again keeps nothing of the earlier ones', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name, message }: Error): number => warnings.push(`${name}: ${message}`);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  let [listenCount, onListening] = [0, () => {}];
  const listener = new NoticeListener(await server.database(), 'notices', {
    onNotice: () => {},
    onLost: () => {},
    onListening: () => {
      listenCount += 1;
      onListening();
    },
  });
  const listens = () => new Promise<void>((resolve) => (onListening = resolve));
  const first = listens();
  listener.start();
  await first;
  // Node warns of the eleventh listener of one signal.
  for (let round = 0; round < 12; round++) {
    const next = listens();
    await server.query(
      'postgres',
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'",
    );
    await next;
  }
  await listener.stop();
  expect(listenCount).toBe(13);
  expect(warnings).toEqual([]);
});
