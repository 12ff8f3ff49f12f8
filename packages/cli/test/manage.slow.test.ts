import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunningBroker } from './running-broker.js';

const rowsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

/** A broker with one topic in a namespace that keeps last values. */
async function withTopic(): Promise<RunningBroker> {
  const broker = await RunningBroker.start();
  await broker.run(['ns', 'create', 'market', '--keep-last-value']);
  await broker.run(['pub', 'market:a.price', '10.55']);
  return broker;
}

/** Repeats a call until its output has the text: the control plane hears of changes once a second. */
async function until(broker: RunningBroker, args: string[], text: string | RegExp): Promise<string> {
  for (;;) {
    const { stdout } = await broker.run(args);
    if (typeof text === 'string' ? stdout.includes(text) : text.test(stdout)) return stdout;
  }
}

describe('topics', () => {
  test('are listed, shown with value and subscribers, and deleted after a confirmation', async () => {
    const broker = await withTopic();
    const sub = broker.command(['sub', 'market:>']);
    await sub.says('subscribed to');
    const listed = rowsOf(await until(broker, ['topic', 'list', 'market:*.price'], 'market:a.price'));
    expect(listed[0]?.slice(0, 2)).toEqual(['TOPIC', 'STATE']);
    expect(listed[1]?.slice(0, 2)).toEqual(['market:a.price', 'live']);
    const shown = await until(broker, ['topic', 'show', 'market:a.price'], '10.55');
    expect(shown).toMatch(/^topic +market:a\.price\n/);
    expect(shown).toMatch(/CONNECTION +USERNAME +PATTERN\ns\d+ +admin +>/);
    const json = JSON.parse((await broker.run(['topic', 'show', 'market:a.price', '--json'])).stdout);
    expect(json).toMatchObject({
      name: 'a.price',
      last: { content: { text: '10.55' } },
      subscribers: [{ pattern: '>' }],
    });
    const script = await broker.run(['topic', 'delete', 'market:a.price']);
    expect([script.status, script.stderr]).toEqual([2, expect.stringContaining('give --yes')]);
    expect((await broker.run(['topic', 'delete', 'market:a.price', '--yes'])).stdout).toBe('deleted market:a.price\n');
    expect((await broker.run(['topic', 'list', 'market:>'])).stdout).toBe('no topics\n');
    expect((await broker.run(['topic', 'show', 'market:a.price'])).status).toBe(6);
  });
});

describe('connections', () => {
  test('are listed and shown; kick ends one', async () => {
    const broker = await withTopic();
    const sub = broker.command(['sub', 'market:>', '--on-slow', 'conflate']);
    await sub.says('subscribed to');
    const listed = rowsOf(await until(broker, ['connection', 'list'], 'session'));
    const [id] = listed[1]!;
    expect(listed[1]?.slice(1, 3)).toEqual(['admin', 'session']);
    const shown = await until(broker, ['connection', 'show', id!], 'conflate');
    expect(shown).toMatch(/subscriptions +market:>/);
    expect((await broker.run(['connection', 'kick', id!])).stdout).toBe(`ended ${id}\n`);
    await sub.says('connection to');
    const closed = await until(broker, ['connection', 'list', '--state', 'closed'], `${id} `);
    expect(closed).toContain('administrator');
    const wrong = await broker.run(['connection', 'kick', 'admin']);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('pulsemq connection list')]);
    expect((await broker.run(['connection', 'show', 's99999'])).status).toBe(6);
  });
});

describe('status', () => {
  test('says version, uptime, rates, connections, lag, stale topics and alerts on one screen', async () => {
    const broker = await withTopic();
    const rules = { rules: [{ pattern: '>', max_age_ms: 100, calendar: null }], calendars: {} };
    await broker.run(['freshness', 'set', 'market', '-'], { input: JSON.stringify(rules) });
    await broker.run(['alerts', 'rule', 'create', 'old prices', 'topic_stale', '--ns', 'market']);
    const text = await until(broker, ['status'], /1, 1 stale\n[\s\S]*1 firing[\s\S]*old prices: /);
    expect(text).toMatch(/^PulseMQ \S+ at http:\/\/127\.0\.0\.1:\d+, up .*: ready\n/);
    for (const name of ['in', 'out', 'delay', 'connections', 'process', 'worst lag']) {
      expect(text).toMatch(new RegExp(`^${name} `, 'm'));
    }
    expect(text).toMatch(/^topics +1, 1 stale\n {2}market:a\.price for /m);
    expect(text.split('\n').length).toBeLessThanOrEqual(24);
    const json = JSON.parse((await broker.run(['status', '--json'])).stdout);
    expect(json).toMatchObject({ stale_topics: 1, firing_alerts: [{ rule_name: 'old prices' }] });
  });
});

describe('definitions', () => {
  test('exported, imported into another broker, and equal there', async () => {
    const broker = await withTopic();
    await broker.run(['user', 'create', 'feed_1', '--json']);
    await broker.run(['grant', 'set', 'feed_1', 'market', 'pub']);
    expect((await broker.run(['export', 'all.json'])).stdout).toBe(
      'saved 1 namespace, 2 users and 1 grant in all.json\n',
    );
    const path = join(broker.cwd, 'all.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await broker.run(['export', 'all.json'])).status).toBe(2);
    const other = await RunningBroker.start();
    const tried = await other.run(['import', path, '--dry-run']);
    expect(tried.stdout).toMatch(/namespace market: created\n[\s\S]*3 changes to make; nothing was changed\n$/);
    expect((await other.run(['ns', 'show', 'market'])).status).toBe(6);
    expect((await other.run(['import', path])).stdout).toMatch(/\n3 changes made\n$/);
    expect(JSON.parse((await other.run(['export'])).stdout)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
    expect((await other.run(['import', path])).stdout).toBe('0 changes made\n');
    expect((await other.run(['import', 'nowhere.json'])).status).toBe(1);
    writeFileSync(join(other.cwd, 'broken.json'), '{');
    const broken = await other.run(['import', 'broken.json']);
    expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining('broken.json is not JSON')]);
    expect((await other.run(['import', '-'], { input: '{"version": 7}' })).status).toBe(2);
  });
});

describe('freshness', () => {
  test('rules and calendars are tried, set and shown', async () => {
    const broker = await withTopic();
    const calendar = { time_zone: 'Asia/Shanghai', weekdays: ['mon'], ranges: [['09:30', '11:30']], holidays: [] };
    const rules = { rules: [{ pattern: '*.price', max_age_ms: 100, calendar: null }], calendars: { cn: calendar } };
    writeFileSync(join(broker.cwd, 'rules.json'), JSON.stringify(rules));
    await until(broker, ['freshness', 'preview', 'market', 'rules.json'], '1 topic would be stale now');
    expect((await broker.run(['freshness', 'show', 'market'])).stdout).toBe('no rules: no topic is ever stale\n');
    expect((await broker.run(['freshness', 'set', 'market', 'rules.json'])).stdout).toBe(
      'market has 1 freshness rule\n',
    );
    const shown = (await broker.run(['freshness', 'show', 'market'])).stdout;
    expect(shown).toMatch(/\*\.price +100 +-\ncalendar cn: mon 09:30-11:30 Asia\/Shanghai\n$/);
    expect(JSON.parse((await broker.run(['freshness', 'show', 'market', '--json'])).stdout)).toEqual(rules);
  });
});

describe('bars', () => {
  test('rules and calendars are set and shown', async () => {
    const broker = await withTopic();
    const calendar = { time_zone: 'Asia/Shanghai', weekdays: ['mon'], ranges: [['09:30', '11:30']], holidays: [] };
    const rule = { source: '*.price', target: '{1}.kline.1m', interval: '1m', calendar: 'cn' };
    writeFileSync(join(broker.cwd, 'bars.json'), JSON.stringify({ rules: [rule], calendars: { cn: calendar } }));
    expect((await broker.run(['bars', 'show', 'market'])).stdout).toBe('no rules: the broker makes no bars\n');
    expect((await broker.run(['bars', 'set', 'market', 'bars.json'])).stdout).toBe('market has 1 bar rule\n');
    const shown = (await broker.run(['bars', 'show', 'market'])).stdout;
    expect(shown).toMatch(
      /\*\.price +\{1\}\.kline\.1m +1m +cn .* 2000 +-\ncalendar cn: mon 09:30-11:30 Asia\/Shanghai\n$/,
    );
    const stored = JSON.parse((await broker.run(['bars', 'show', 'market', '--json'])).stdout);
    expect(stored).toMatchObject({ rules: [rule], calendars: { cn: calendar } });
    const wrong = JSON.stringify({ rules: [{ ...rule, target: '{1}.price', calendar: null }] });
    const refused = await broker.run(['bars', 'set', 'market', '-'], { input: wrong });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('rules.0.target')]);
  });
});

describe('alert rules and webhooks', () => {
  test('rules are created, changed and deleted', async () => {
    const broker = await RunningBroker.start();
    const create = ['alerts', 'rule', 'create', 'too big', 'memory', '--threshold', '100000', '--for', '1m'];
    expect((await broker.run(create)).stdout).toBe('created the alert rule 1 too big\n');
    const changed = rowsOf((await broker.run(['alerts', 'rule', 'update', '1', '--off', '--threshold', '5'])).stdout);
    expect(changed[1]).toEqual(['1', 'too big', 'memory', '-', '-', '5', '60', 'no']);
    expect((await broker.run(['alerts', 'rule', 'update', '1'])).status).toBe(2);
    expect((await broker.run(['alerts', 'rule', 'create', 'x', 'nonsense'])).status).toBe(2);
    expect((await broker.run(['alerts', 'rule', 'delete', '7', '--yes'])).status).toBe(6);
    expect((await broker.run(['alerts', 'rule', 'delete', '1', '--yes'])).stdout).toBe('deleted too big\n');
    expect((await broker.run(['alerts', 'rules'])).stdout).toBe('no alert rules\n');
  });

  test('a webhook is created, tested, changed and deleted', async () => {
    const broker = await RunningBroker.start();
    const bodies: string[] = [];
    let status = 200;
    const receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    onTestFinished(() => {
      receiver.close();
    });
    const url = `http://127.0.0.1:${(receiver.address() as { port: number }).port}/hook`;
    expect((await broker.run(['webhook', 'create', 'pager', url])).status).toBe(2);
    const created = await broker.run(['webhook', 'create', 'pager', url, '--show']);
    expect(created.stdout).toMatch(/^created the webhook pager\nsecret: \S{16,}\n$/);
    expect((await broker.run(['webhook', 'test', 'pager'])).stdout).toMatch(/^pager: ok \(200\) at /);
    expect(JSON.parse(bodies[0]!)).toMatchObject({ event: 'test' });
    status = 500;
    expect(await broker.run(['webhook', 'test', 'pager'])).toMatchObject({
      status: 6,
      stdout: expect.stringContaining('pager: failed'),
    });
    expect(rowsOf((await broker.run(['webhook', 'update', 'pager', '--off'])).stdout)[1]?.slice(0, 3)).toEqual([
      'pager',
      url,
      'no',
    ]);
    const wrong = await broker.run(['webhook', 'test', 'pagr']);
    expect([wrong.status, wrong.stderr]).toEqual([6, 'pulsemq: there is no webhook "pagr"; did you mean "pager"?\n']);
    expect((await broker.run(['webhook', 'delete', 'pager', '--yes'])).stdout).toBe('deleted pager\n');
    expect((await broker.run(['webhook', 'list'])).stdout).toBe('no webhooks\n');
  });
});

describe('the log', () => {
  test('its newest lines are printed, of a level and with a text, and those to come', async () => {
    const broker = await RunningBroker.start();
    expect((await broker.run(['logs'])).stdout).toMatch(/^20\S+Z INFO +\[pulsemq\.broker\] PulseMQ .* is up on /m);
    expect((await broker.run(['logs', '--level', 'error'])).stdout).toBe('');
    const follow = broker.command(['logs', '--follow', '--text', 'level of the log', '--json']);
    for (;;) {
      await broker.run(['log-level', 'debug']);
      await broker.run(['log-level', 'info']);
      if (follow.stdout !== '') break;
    }
    follow.signal('SIGINT');
    const { status, stdout } = await follow.result();
    expect(status).toBe(0);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: number }).id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });
});

describe('settings and the statistics of users', () => {
  test('are shown for the running broker', async () => {
    const broker = await withTopic();
    expect((await broker.run(['settings', 'server', '--changed'])).stdout).toContain('server.pub_port');
    const all = JSON.parse((await broker.run(['settings', '--json'])).stdout) as { key: string }[];
    expect(all.map(({ key }) => key)).toContain('limits.topic_levels');
    await until(broker, ['user', 'stats'], /admin +\S+ +\d+ +1 /);
  });
});
