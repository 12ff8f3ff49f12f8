import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NatsServer, natsBinary } from '../../../../test/cluster/nats-server.mjs';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** Two brokers and a server of NATS: each console names its broker, and the page of the brokers shows both. */

let nats: NatsServer;
let first: Broker;
let second: Broker;

const startBroker = async (name: string): Promise<Broker> => {
  const broker = await Broker.start({ cluster: { driver: 'nats', broker_name: name, servers: [nats.url] } });
  await broker.choosePassword('a password of noon');
  await broker.call('POST', '/api/namespaces', { name: 'market_data' });
  return broker;
};

describe.skipIf(natsBinary() === undefined)(
  'two brokers (needs nats-server: npm run test:cluster -- --install)',
  () => {
    beforeAll(async () => {
      nats = await NatsServer.start();
      first = await startBroker('room_a');
      second = await startBroker('room_b');
    });

    afterAll(async () => {
      await first?.stop();
      await second?.stop();
      await nats?.kill();
    });

    test.each([
      { language: 'en', scheme: 'light' },
      { language: 'zh', scheme: 'dark' },
    ] as const)('are listed with what they send each other, in $language', async (viewer) => {
      const reader = await second.client(second.admin.username, second.admin.token);
      await reader.subscribe('market_data', '>');
      const writer = await first.client(first.admin.username, first.admin.token);
      const console = await ConsolePage.loggedIn(first, { ...viewer, size: 'desktop' });
      try {
        const { cluster } = console.words;
        await console.page.locator('header').getByRole('link', { name: 'room_a' }).click();
        const rows = console.page.locator('#main tbody tr');
        await rows.filter({ hasText: 'room_b' }).filter({ hasText: cluster.health.live }).waitFor();
        await rows.filter({ hasText: 'room_a' }).filter({ hasText: cluster.own }).waitFor();
        await writer.publish('market_data', 'a.tick', '1', { format: 'string' });
        await rows.filter({ hasText: /room_a.*room_b/s }).waitFor();
        const link = rows.filter({ hasText: cluster.health.live }).getByRole('link', { name: 'room_b' });
        expect(await link.getAttribute('href')).toBe(`http://${hostname()}:${new URL(second.address).port}/`);
        const find = console.page.getByRole('textbox', { name: cluster.findWhat });
        await find.fill('market_data:a.tick');
        await find.press('Enter');
        await rows.filter({ hasText: 'room_a' }).filter({ hasText: '127.0.0.1' }).waitFor();
        await find.fill(second.admin.username);
        await find.press('Enter');
        await rows.filter({ hasText: 'room_b' }).filter({ hasText: '127.0.0.1' }).waitFor();
        await console.picture('cluster-two');
        await console.expectSound('two brokers');
        await console.resize('phone');
        await console.settled();
        await console.picture('cluster-two');
        await console.expectSound('two brokers');
      } finally {
        await console.close();
        await reader.close();
        await writer.close();
      }
    });

    test('a broker that was killed is unreachable, and the page says so', async () => {
      const console = await ConsolePage.loggedIn(first, { language: 'en', scheme: 'light', size: 'desktop' });
      try {
        const { cluster } = console.words;
        await console.go('/cluster');
        const row = console.page.locator('#main tbody tr').filter({ hasText: 'room_b' });
        await row.filter({ hasText: cluster.health.live }).waitFor();
        await second.kill();
        await row.filter({ hasText: cluster.health.unreachable }).waitFor();
        await console.picture('cluster-away');
        await console.expectSound('a broker that is away');
      } finally {
        await console.close();
      }
    });

    test('a name that two of them have is reported, and what each sends is told apart by addresses', async () => {
      const twin = await startBroker('room_a');
      const console = await ConsolePage.loggedIn(first, { language: 'zh', scheme: 'light', size: 'desktop' });
      try {
        const { cluster } = console.words;
        await console.go('/cluster');
        await console.page.getByRole('alert').getByText(cluster.sharedName.replace('{{name}}', 'room_a')).waitFor();
        const rows = console.page.locator('#main tbody tr');
        await rows
          .filter({ hasText: /room_a \(.*room_a \(/s })
          .first()
          .waitFor();
        await console.picture('cluster-twins');
        await console.expectSound('two brokers of one name');
      } finally {
        await console.close();
        await twin.stop();
      }
    });
  },
);
