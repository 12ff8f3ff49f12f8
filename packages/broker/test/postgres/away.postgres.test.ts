import { MessageType } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresServer } from '../../../../test/postgres/postgres-server.mjs';
import { until } from '../control/until.js';
import { BrokerProcess } from './broker-process.js';

/** The database server is stopped, as in an upgrade, while a broker runs. */

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.remove());

interface Problem {
  readonly code: string;
}

const readiness = (broker: BrokerProcess) => broker.call('GET', '/ready');

const codeOf = ({ body }: { body: Record<string, unknown> }): string | undefined =>
  (body.problems as Problem[] | undefined)?.[0]?.code;

test('traffic and log-ins of known users go on, rights can be taken away, and what waited is stored afterwards', async () => {
  const broker = await BrokerProcess.start(await server.database(), 'a');
  const admin = broker.firstAdmin!;
  await broker.logIn(admin);
  const { id: namespaceId } = await broker.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market' });
  const user = async (username: string) => {
    const made = await broker.ok<{ id: number; token: string }>('POST', '/api/users', { username });
    await broker.ok('POST', `/api/namespaces/${namespaceId}/permissions`, { user_id: made.id, role: 'pub' });
    return { ...made, username };
  };
  const [feed, other] = [await user('feed'), await user('other')];
  const pub = (username: string, topic: string) => ({
    type: MessageType.pub,
    namespace: 'market',
    topic,
    username,
    payload: Buffer.from('x'),
  });
  const { peer } = await broker.wire('feed', feed.token);
  expect((await peer.request(pub('feed', 'before'))).body.status).toBe('PUB_OK');

  await server.stop();
  await until(
    () => readiness(broker),
    (answer) => codeOf(answer) === 'STORE_AWAY',
  );
  expect((await peer.request(pub('feed', 'during'))).body.status).toBe('PUB_OK');
  const { peer: second, body } = await broker.wire('other', other.token);
  expect(body.status).toBe('AUTH_OK');
  // The log-in from before still counts, and a known administrator can log in.
  expect((await broker.call('GET', '/api/me')).status).toBe(200);
  await broker.logIn(admin);
  expect(await broker.ok('GET', '/api/users?text=feed')).toMatchObject([{ username: 'feed' }]);
  const revoked = await broker.call('DELETE', `/api/namespaces/${namespaceId}/permissions/${other.id}`);
  expect(revoked).toMatchObject({ status: 202, body: { stored: false } });
  expect((await second.request(pub('other', 'during'))).body.status).not.toBe('PUB_OK');
  const refused = await broker.call('POST', '/api/users', { username: 'late' });
  expect(refused).toMatchObject({ status: 503, body: { code: 'STORE_AWAY' } });

  await server.run();
  await until(
    () => readiness(broker),
    ({ status }) => status === 200,
  );
  await until(
    () => broker.ok<{ name: string }[]>('GET', '/api/topics?namespace=market'),
    (topics) =>
      topics
        .map(({ name }) => name)
        .sort()
        .join() === 'before,during',
  );
  type Grant = { username: string };
  await until(
    () => broker.ok<Grant[]>('GET', `/api/namespaces/${namespaceId}/permissions`),
    (grants) => grants.map(({ username }) => username).join() === 'feed',
  );
  await until(
    () => broker.ok<{ target: string }[]>('GET', '/api/audit-logs?op_type=revoke'),
    (rows) => rows.length > 0,
  );
  expect(broker.log).toContain('the store cannot be written');
  expect(broker.log).toContain('the store can be written again');
  expect(broker.log).not.toContain('postgres://');
});

test('a broker that starts before its database waits for it, and one whose database does not come says where it looked', async () => {
  const url = await server.database();
  await server.stop('SIGQUIT');
  const starting = BrokerProcess.start(url, 'a');
  await server.run();
  expect((await readiness(await starting)).status).toBe(200);
  const nowhere = `${server.url('nowhere', 'someone')}`.replace('someone@', 'someone:secret-word@');
  const failed = BrokerProcess.open(nowhere, 'b').catch((error: Error) => error.message);
  const text = await failed;
  expect(text).toContain(`storage.url 127.0.0.1:${server.port}/nowhere: the database refuses the log-in of the broker`);
  expect(text).not.toContain('secret-word');
});
