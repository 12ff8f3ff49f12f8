import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { PulseMQClient, ReceivedMessage } from '@pulsemq/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createNamespace } from '../pages/namespaces.js';
import { grantInMatrix } from '../pages/permissions.js';
import { choosePassword, logOut } from '../pages/session.js';
import { openTab, openTopic, showAs, tailRows } from '../pages/topic.js';
import { createUser } from '../pages/users.js';
import { Broker } from '../support/broker.js';
import type { Viewer } from '../support/chromium.js';
import { ConsolePage } from '../support/console-page.js';
import { figuresWhere } from '../support/live-figures.js';
import { barsOf, seededRandom } from '../support/market.js';
import { openSlowSubscriber } from '../support/slow-subscriber.js';
import { filled } from '../support/words.js';

/** From an empty broker to a slow subscriber that is disconnected: in the page by hand, beside it with the SDK. */

const viewers: readonly Viewer[] = [
  { language: 'en', scheme: 'light', size: 'desktop' },
  { language: 'zh', scheme: 'dark', size: 'phone' },
];

const namespace = 'market_data';
const ticks = 'sh600519.tick';
const bars = 'sh600519.kline.1m';

/** A handler of messages, and the topics of the first `count` of them. */
function firstTopics(count: number) {
  const received: string[] = [];
  let resolve: (topics: readonly string[]) => void;
  const topics = new Promise<readonly string[]>((done) => {
    resolve = done;
  });
  const onMessage = ({ topic }: ReceivedMessage): void => {
    if (received.push(topic) === count) resolve(received);
  };
  return { onMessage, topics };
}

describe.each(viewers)('a first day in $language, $scheme, on a $size', (viewer) => {
  const password = `chosen ${randomUUID()}`;
  let broker: Broker;
  let console: ConsolePage;
  let publisher: PulseMQClient;
  let subscriber: PulseMQClient;
  let slow: Socket;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    broker = await Broker.start({ broker: { backlog_bytes: 65_536, backlog_messages: 200 } });
    console = await ConsolePage.open(broker, viewer);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await console.picture(`failed-${task.name.replace(/\W+/g, '-')}`);
  });

  afterAll(async () => {
    slow?.destroy();
    await publisher?.close();
    await subscriber?.close();
    await console?.close();
    await broker?.stop();
  });

  test('the first log-in asks for a new password', async () => {
    await console.logIn();
    await console.dialog.waitFor();
    await console.picture('choose-password');
    await choosePassword(console, broker.admin.password, password);
    broker.chosePassword(password);
    await console.settled();
    await console.page.getByText(console.words.dashboard.first.title).waitFor();
    await console.expectSound('the empty dashboard');
    await console.picture('dashboard-empty');
  });

  test('a namespace, and two users, each with a token that is shown once', async () => {
    await createNamespace(console, namespace);
    for (const username of ['feed_sh', 'strategy_alpha']) tokens.set(username, await createUser(console, username));
    expect(tokens.get('feed_sh')).toMatch(/^[0-9a-f]{32}$/);
    expect(await console.page.content()).not.toContain(tokens.get('feed_sh'));
  });

  test('roles in the matrix, reviewed before they are applied', async () => {
    await grantInMatrix(console, [
      { username: 'feed_sh', namespace, role: 'pub' },
      { username: 'strategy_alpha', namespace, role: 'sub' },
    ]);
    const grants = await broker.call<{ username: string; role: string }[]>('GET', '/api/permissions');
    const held = grants.map(({ username, role }) => `${username} ${role}`).sort();
    expect(held).toEqual(['feed_sh pub', 'strategy_alpha sub']);
  });

  test('a publisher and a subscriber of the SDK log in with the tokens', async () => {
    publisher = await broker.client('feed_sh', tokens.get('feed_sh')!);
    subscriber = await broker.client('strategy_alpha', tokens.get('strategy_alpha')!);
    const { onMessage, topics } = firstTopics(2);
    await subscriber.subscribe(namespace, '>', { onMessage });
    await publisher.publish(namespace, ticks, '{"price":1680.5,"volume":300}', { format: 'string' });
    await publisher.publish(namespace, bars, barsOf(seededRandom(1), 240, 1680), { format: 'df_pyarrow' });
    expect(await topics).toEqual([ticks, bars]);
  });

  test('the live tail shows a message as it arrives, and a row opens', async () => {
    await openTopic(console, namespace, ticks);
    await console.page.locator('#main').getByText(console.words.status.live, { exact: true }).first().waitFor();
    // The tail begins with the last value. Asked for after the next publish, it would be that one, and this row would not be there.
    await tailRows(console).first().waitFor();
    await publisher.publish(namespace, ticks, '{"price":1681.25,"volume":200}', { format: 'string' });
    await tailRows(console).nth(1).waitFor();
    await tailRows(console).first().click();
    await console.page.locator('main').getByText('1681.25').first().waitFor();
    await console.expectSound('the live tail');
    await console.picture('tail');
  });

  test('the tail is filtered by text and by column, and shows bars as candles', async () => {
    const filter = console.page.locator('[data-page-search]');
    await publisher.publish(namespace, ticks, '{"price":1690,"volume":200,"note":"block trade"}', { format: 'string' });
    await tailRows(console).nth(2).waitFor();
    for (const [text, count] of [
      ['price=1681.25', 1],
      ['block trade', 1],
      ['volume=200', 2],
      ['price=1', 0],
    ] as const) {
      await filter.fill(text);
      await console.page
        .getByText(filled(console.words.topic.matching, { n: count, kept: 3 }), { exact: true })
        .waitFor();
      expect(await tailRows(console).count()).toBe(count);
    }
    await console.picture('tail-no-match');
    await filter.fill('volume=200');
    await console.picture('tail-filter');
    await console.expectSound('a filtered tail');
    await openTopic(console, namespace, bars);
    await console.page.locator('#main').getByText(console.words.status.live, { exact: true }).first().waitFor();
    await publisher.publish(namespace, bars, barsOf(seededRandom(1), 240, 1680), { format: 'df_pyarrow' });
    await console.page.getByRole('img', { name: new RegExp(`^${console.words.payload.candles}: 240`) }).waitFor();
    await console.picture('tail-candles');
    await console.expectSound('candles that pass');
  });

  test('a DataFrame is a table of typed columns, and candles', async () => {
    await openTopic(console, namespace, bars);
    await openTab(console, console.words.topic.tabs.last);
    for (const column of ['time', 'open', 'high', 'low', 'close', 'volume']) {
      await console.page.getByRole('columnheader', { name: new RegExp(`^${column}`) }).waitFor();
    }
    await console.picture('frame-table');
    await showAs(console, 'chart');
    await console.page.getByRole('img', { name: new RegExp(`^${console.words.payload.candles}: 240`) }).waitFor();
    await console.page.locator('main canvas').first().waitFor();
    await console.expectSound('candles');
    await console.picture('candles');
  });

  test('a subscriber that hangs is listed as slow, and is disconnected', async () => {
    slow = await openSlowSubscriber(broker.subPort, 'strategy_alpha', tokens.get('strategy_alpha')!, namespace);
    const isGone = new Promise<void>((resolve) => slow.once('close', () => resolve()));
    slow.on('error', () => {});
    // Fills the sockets of both ends, then the backlog: with small messages, since the broker drops a batch beyond the limit whole.
    const depth = 'sh600519.depth';
    await publisher.publishMany(namespace, depth, Array<Buffer>(300).fill(Buffer.alloc(60_000, 1)));
    for (let count = 0; count < 25; count += 1) await publisher.publish(namespace, depth, Buffer.alloc(2000, 1));
    await figuresWhere(broker, ({ slow_subscribers }) => slow_subscribers > 0);
    await console.go('/slow');
    const row = console.page.locator('main ol > li').first();
    // The first row is the slow connection; the other one of the same user may have lost messages too.
    const address = await row.getByRole('link', { name: 'strategy_alpha' }).getAttribute('href');
    await console.expectSound('slow subscribers');
    await console.picture('slow-one');
    await row.getByRole('button', { name: console.words.connections.disconnect, exact: true }).click();
    await console.dialog.getByText('strategy_alpha').first().waitFor();
    await console.picture('disconnect');
    await console.dialog.getByRole('button', { name: console.words.connections.disconnect, exact: true }).click();
    slow.resume();
    await isGone;
    await console.page.locator(`main a[href="${address}"]`).waitFor({ state: 'detached' });
  });

  test('the audit log has an entry for each step', async () => {
    const rows = await broker.call<{ op_type: string; result: string }[]>('GET', '/api/audit-logs?limit=1000');
    const done = rows.filter(({ result }) => result === 'ok').map(({ op_type }) => op_type);
    for (const what of ['login', 'namespace.create', 'user.create', 'grant', 'disconnect'])
      expect(done).toContain(what);
    const { ops } = console.words.audit;
    await console.go('/audit');
    for (const what of [ops.login, ops.namespace_create, ops.user_create, ops.grant, ops.disconnect]) {
      await console.page.locator('#main tbody').getByText(what, { exact: true }).first().waitFor();
    }
    await console.expectSound('the audit log');
    await console.picture('audit-of-a-day');
  });

  test('logging out ends the log-in', async () => {
    await logOut(console);
    await console.page.goto(`${broker.address}/#/users`);
    await console.page.getByLabel(console.words.fields.password, { exact: true }).waitFor();
    await console.expectSound('the log-in page');
  });
});
