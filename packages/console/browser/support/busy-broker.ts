import type { Socket } from 'node:net';
import type { PulseMQClient } from '@pulsemq/client';
import type { Broker } from './broker.js';
import { MarketFeed, publishOnce, seededRandom } from './market.js';
import { openSlowSubscriber } from './slow-subscriber.js';

const namespaces = [
  {
    name: 'market_data',
    description: 'Shares of Shanghai and Shenzhen: ticks, bars, depth',
    keep_last_value: true,
    history: true,
  },
  { name: 'futures', description: 'Index, metal and rebar futures', keep_last_value: true },
  { name: 'research', description: 'Signals of the research desk', keep_last_value: false },
];

const people = [
  { username: 'feed_sh', role: 'pub', namespace: 'market_data' },
  { username: 'feed_futures', role: 'pub', namespace: 'futures' },
  { username: 'strategy_alpha', role: 'sub', namespace: 'market_data' },
  { username: 'strategy_beta', role: 'sub', namespace: 'market_data' },
  { username: 'dashboard_wall', role: 'sub', namespace: 'futures' },
  { username: 'quant_lead', role: 'admin', namespace: 'research' },
  { username: 'recorder', role: 'sub', namespace: 'market_data' },
];

/** A minute without a book or without bars is stale. The bars of the last future have no publisher. */
const rules: Readonly<Record<string, readonly { readonly pattern: string; readonly max_age_ms: number }[]>> = {
  market_data: [
    { pattern: '*.tick', max_age_ms: 5000 },
    { pattern: '*.kline.*', max_age_ms: 60_000 },
  ],
  futures: [{ pattern: '>', max_age_ms: 60_000 }],
};

/** Bars of a second, so that some are there soon. */
const barRules = [
  { source: '*.tick', target: '{1}.bar.1s', interval: '1s', calendar: 'cn-24h', price: 'price', size: 'volume' },
];

/** Open at every hour, so that a story looks the same at night. */
const calendars = {
  'cn-24h': {
    time_zone: 'Asia/Shanghai',
    weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    ranges: [['00:00', '24:00']],
    holidays: ['2020-10-01'],
  },
};

/** A name that no column has room for. */
export const longTopic =
  'momentum_12_1_sector_neutral_csi.rebalanced_daily_at_close_costs.model_2026_11_with_3_factors_b';

interface Account {
  readonly id: number;
  readonly token: string;
}

/** A broker in the middle of a trading day: feeds, subscribers, one subscriber that hangs, topics whose publisher has left. */
export class BusyBroker {
  readonly #feed: MarketFeed;
  readonly #clients: readonly PulseMQClient[];
  readonly #slow: Socket;
  readonly accounts: ReadonlyMap<string, Account>;

  private constructor(
    feed: MarketFeed,
    clients: readonly PulseMQClient[],
    slow: Socket,
    accounts: ReadonlyMap<string, Account>,
  ) {
    this.#feed = feed;
    this.#clients = clients;
    this.#slow = slow;
    this.accounts = accounts;
  }

  static async fill(broker: Broker): Promise<BusyBroker> {
    await broker.choosePassword('a password of noon');
    const ids = new Map<string, number>();
    for (const body of namespaces) {
      const { id } = await broker.call<{ id: number }>('POST', '/api/namespaces', body);
      ids.set(body.name, id);
    }
    for (const [name, list] of Object.entries(rules)) {
      const body = { rules: list.map((rule) => ({ ...rule, calendar: 'cn-24h' })), calendars };
      await broker.call('PUT', `/api/namespaces/${ids.get(name)}/freshness`, body);
    }
    await broker.call('PUT', `/api/namespaces/${ids.get('market_data')}/bars`, { rules: barRules, calendars });
    const accounts = new Map<string, Account>();
    for (const { username, role, namespace } of people) {
      const account = await broker.call<Account>('POST', '/api/users', { username });
      accounts.set(username, account);
      const path = `/api/namespaces/${ids.get(namespace)}/permissions`;
      await broker.call('POST', path, { user_id: account.id, role });
    }
    await broker.call('POST', '/api/users', { username: 'auditor', user_type: 'admin_only' });
    const rule = { name: 'Feed of futures', kind: 'topic_stale', namespace: 'futures', for_s: 1 };
    await broker.call('POST', '/api/alert-rules', rule);
    await broker.call('POST', '/api/webhooks', {
      name: 'on call',
      url: 'http://127.0.0.1:9/alerts',
      is_enabled: false,
    });
    const clientOf = (name: string): Promise<PulseMQClient> => broker.client(name, accounts.get(name)!.token);

    const admin = await broker.client(broker.admin.username, broker.admin.token);
    await publishOnce(admin, seededRandom(3));
    await admin.publish('research', longTopic, JSON.stringify({ score: 0.42, rank: 17 }), { format: 'string' });
    await admin.close();

    const publishers = { shares: await clientOf('feed_sh'), futures: await clientOf('feed_futures') };
    const subscribers = await Promise.all(['strategy_alpha', 'strategy_beta', 'dashboard_wall'].map(clientOf));
    const ignore = { onMessage: () => {} };
    await subscribers[0]!.subscribe('market_data', '*.tick', ignore);
    await subscribers[0]!.subscribe('market_data', '*.kline.1m', ignore);
    await subscribers[1]!.subscribe('market_data', 'sh600519.>', ignore);
    await subscribers[2]!.subscribe('futures', '>', ignore);
    const slow = await openSlowSubscriber(broker.subPort, 'recorder', accounts.get('recorder')!.token, 'market_data');
    const feed = new MarketFeed(publishers);
    return new BusyBroker(feed, [publishers.shares, publishers.futures, ...subscribers], slow, accounts);
  }

  async stop(): Promise<void> {
    await this.#feed.stop();
    this.#slow.destroy();
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
