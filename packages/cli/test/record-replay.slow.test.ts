import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFrame, PulseMQClient, type ReceivedMessage } from '@pulsemq/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';
import { RunningBroker } from './running-broker.js';

/** A client of the SDK, connected as the admin. */
async function sdk(broker: RunningBroker): Promise<PulseMQClient> {
  const { username, token } = broker.admin;
  const [pubPort, subPort] = [broker.ports.pubPort, broker.ports.subPort];
  const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username, token });
  onTestFinished(() => client.close());
  await client.connect();
  return client;
}

const shown = (message: ReceivedMessage) => ({
  topic: message.topic,
  payload: Buffer.from(message.payload).toString('base64'),
  format: message.format,
  compressed: message.compressed,
  doNotConflate: message.doNotConflate,
  timestamp: message.timestamp,
});

/** Records `count` messages of several sizes. Returns the path of the recording. */
async function recorded(broker: RunningBroker, count: number): Promise<string> {
  const client = await sdk(broker);
  const record = broker.command(['record', 'a.pmq', 'market:>', '--count', String(count)]);
  await record.says('recording to a.pmq');
  for (let index = 0; index < count; index++) {
    await client.publish('market', `t${index % 3}`, Buffer.alloc(100 * (index % 7), `${index}`));
  }
  const { status, stdout } = await record.result();
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^recorded ${count} messages, .*, 0 gaps, in a.pmq\n$`)),
  ]);
  return join(broker.cwd, 'a.pmq');
}

describe('record and replay', () => {
  test('replay publishes what was recorded: bytes, format, compression, flags and times', async () => {
    const broker = await RunningBroker.start();
    const client = await sdk(broker);
    const record = broker.command(['record', 'a.pmq', 'market:>']);
    await record.says('recording to a.pmq');
    const first: ReceivedMessage[] = [];
    const firstIn = await client.subscribe('market', '>', { onMessage: (message) => first.push(message) });
    const rows = Array.from({ length: 300 }, (_, index) => ({
      at: new Date(index),
      price: index / 4,
      size: BigInt(index),
    }));
    const publishes = [
      [Buffer.alloc(0), {}],
      [Buffer.from([0, 255, 10]), { doNotConflate: true }],
      ['text', { format: 'string' }],
      ['x'.repeat(5_000), { format: 'string', compress: 'lz4' }],
      [DataFrame.fromRows(rows), { format: 'df_msgpack', compress: 'zlib' }],
      [DataFrame.fromRows(rows), { format: 'df_pyarrow', compress: 'zstd' }],
      [Buffer.alloc(9_000_000, 'large'), {}],
    ] as const;
    for (const [index, [data, options]] of publishes.entries())
      await client.publish('market', `t${index}`, data, options);
    await client.flush();
    while (first.length < publishes.length) await client.flush();
    // The last message is on its way to the recorder too, on a connection of its own.
    while (statSync(join(broker.cwd, 'a.pmq')).size < 9_000_000) await client.flush();
    record.signal('SIGINT');
    expect(await record.result()).toMatchObject({ status: 0, stdout: expect.stringContaining('recorded 7 messages') });
    await firstIn.close();

    const again: ReceivedMessage[] = [];
    await client.subscribe('again', '>', { onMessage: (message) => again.push(message) });
    const replay = await broker.run([
      'replay',
      'a.pmq',
      '--speed',
      'full',
      '--to-namespace',
      'again',
      '--original-times',
    ]);
    expect(replay).toMatchObject({ status: 0, stdout: expect.stringContaining('published 7 messages'), stderr: '' });
    while (again.length < publishes.length) await client.flush();
    expect(again.map(shown)).toEqual(first.map(shown));

    const info = await callInProcess(['replay', 'a.pmq', '--info', '--json'], { cwd: broker.cwd });
    const { messages, topics, damage, first_at, last_at } = JSON.parse(info.stdout);
    expect([messages, topics.length, damage]).toEqual([7, 7, null]);
    expect(Date.parse(first_at)).toBe(Math.floor(first[0]!.receivedAt!));
    expect(Date.parse(last_at)).toBe(Math.floor(first[6]!.receivedAt!));
  });

  test('20,000 messages arrive once each and in order', async () => {
    const broker = await RunningBroker.start();
    const record = broker.command(['record', 'a.pmq', 'market:>', '--count', '20000', '--json']);
    await record.says('recording to a.pmq');
    const input = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('');
    expect((await broker.run(['pub', 'market:a'], { input })).status).toBe(0);
    expect(JSON.parse((await record.result()).stdout)).toMatchObject({ messages: 20_000, gaps: 0 });
    const sub = broker.command(['sub', 'again:>', '--raw', '--count', '20000']);
    await sub.says('subscribed');
    await broker.run(['replay', 'a.pmq', '--speed', 'full', '--to-namespace', 'again']);
    expect((await sub.result()).stdout).toBe(input.replaceAll('\n', ''));
  });

  test('the pace follows the recorded times and --speed', async () => {
    const broker = await RunningBroker.start();
    const client = await sdk(broker);
    const record = broker.command(['record', 'a.pmq', 'market:>', '--count', '11']);
    await record.says('recording to a.pmq');
    const pub = await broker.run(['pub', 'market:a', 'x', '--count', '11', '--rate', '10']);
    expect(pub.status).toBe(0);
    await record.result();
    let slowerMs = Number.POSITIVE_INFINITY;
    for (const [speed, wantedMs] of [
      ['1', 1_000],
      ['4x', 250],
      ['full', 0],
    ] as const) {
      const times: number[] = [];
      const subscription = await client.subscribe('again', '>', { onMessage: (one) => times.push(one.receivedAt!) });
      await broker.run(['replay', 'a.pmq', '--speed', speed, '--to-namespace', 'again']);
      while (times.length < 11) await client.flush();
      const tookMs = times.at(-1)! - times[0]!;
      expect([speed, tookMs >= wantedMs * 0.9, tookMs < slowerMs]).toEqual([speed, true, true]);
      slowerMs = tookMs;
      await subscription.close();
    }
    // The gaps of a tenth of a second would take a hundred seconds.
    expect((await broker.run(['replay', 'a.pmq', '--speed', '0.01', '--max-gap', '1ms'])).status).toBe(0);
  });

  test('--only replays some topics; Ctrl-C ends with 130', async () => {
    const broker = await RunningBroker.start();
    await recorded(broker, 9);
    const some = await broker.run(['replay', 'a.pmq', '--speed', 'full', '--only', 'market:t1', '--json']);
    expect(JSON.parse(some.stdout)).toMatchObject({ published: 3, damage: null });
    const sub = broker.command(['sub', 'market:>', '--raw']);
    await sub.says('subscribed');
    const csv = 'time,close\n2026-11-25,1\n2026-11-26,2\n';
    writeFileSync(join(broker.cwd, 'days.csv'), csv);
    const days = broker.command(['replay', 'days.csv', '--topic', 'market:days']);
    await sub.says('close', 'stdout');
    days.signal('SIGINT');
    expect(await days.ended).toBe(130);
  });

  test('CSV with a time column: dtypes follow the column, and the errors of invalid times', async () => {
    const broker = await RunningBroker.start();
    const client = await sdk(broker);
    const frames: DataFrame[] = [];
    const topics: string[] = [];
    await client.subscribe('market', '>', {
      onMessage: (message) => {
        topics.push(message.topic);
        frames.push(message.data as DataFrame);
      },
    });
    writeFileSync(
      join(broker.cwd, 'bars.csv'),
      'ts,code,close\n1764000000,000651,40\n1764000060,600519,40.5\n1764000120,000651,41\n',
    );
    const startedMs = performance.now();
    const args = ['replay', 'bars.csv', '--topic', 'market:s{code}.kline', '--speed', '120'];
    expect(await broker.run(args)).toMatchObject({ status: 0, stderr: '' });
    expect(performance.now() - startedMs).toBeGreaterThan(990);
    while (frames.length < 3) await client.flush();
    expect(topics).toEqual(['s000651.kline', 's600519.kline', 's000651.kline']);
    expect(frames.map((frame) => frame.columns.map(({ dtype }) => dtype))).toEqual(
      Array(3).fill(frames[1]!.columns.map(({ dtype }) => dtype)),
    );
    expect(frames[0]!.column('close').dtype).toBe('float64');
    for (const [csv, text] of [
      [
        'a,b\n1,2\n',
        'no column is named time, timestamp, datetime, date, ts; give one of these to --time-column: a, b',
      ],
      ['time,b\nx,2\n', 'line 2: "x" in the column time is not a time'],
    ] as const) {
      writeFileSync(join(broker.cwd, 'bad.csv'), csv);
      const { status, stderr } = await broker.run(['replay', 'bad.csv', '--topic', 'market:a']);
      expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
    }
  });

  test('a progress bar is drawn on a terminal, not in a pipe', async () => {
    const broker = await RunningBroker.start();
    writeFileSync(join(broker.cwd, 'a.csv'), 'time,close\n1764000000,1\n1764000001,2\n');
    const args = ['replay', 'a.csv', '--topic', 'market:a'];
    const terminal = await broker.spawned(args, { terminal: true }).result();
    expect(terminal.stdout).toMatch(/\[#+\.*\] +\d+ %.*2025-11-24T16:00:0\dZ, 1x/);
    const pipe = await broker.run(args);
    expect([pipe.stdout, pipe.stderr]).toEqual([expect.stringMatching(/^published 2 messages in \d/), '']);
  });
});

describe('a damaged recording', () => {
  test('a cut or a changed bit is reported with 7, and the complete messages are published', async () => {
    const broker = await RunningBroker.start();
    const path = await recorded(broker, 5);
    const whole = readFileSync(path);
    const copy = join(folder(), 'b.pmq');
    const { recordingInfo } = await import('../dist/recording/recording-info.js');
    const { createReadStream } = await import('node:fs');
    for (let length = whole.length - 1; length > whole.length - 400; length -= 13) {
      writeFileSync(copy, whole.subarray(0, length));
      const { damage, messages } = await recordingInfo(copy, createReadStream(copy, { highWaterMark: 7 }));
      expect([length, damage]).toEqual([
        length,
        expect.stringMatching(
          /^(the record at byte \d+ is incomplete|it was not closed: the end record is missing at byte \d+);/,
        ),
      ]);
      expect(messages).toBeLessThanOrEqual(5);
    }
    for (let at = 16; at < whole.length; at += 29) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x10;
      writeFileSync(copy, changed);
      const { damage } = await recordingInfo(copy, createReadStream(copy));
      expect([at, typeof damage]).toEqual([at, 'string']);
    }
    truncateSync(path, whole.length - 30);
    const replay = await broker.run(['replay', 'a.pmq', '--speed', 'full', '--json']);
    expect(replay.status).toBe(7);
    expect(JSON.parse(replay.stdout)).toMatchObject({ published: 4 });
    expect(replay.stderr).toMatch(
      /^pulsemq: a\.pmq is damaged: the record at byte \d+ is incomplete; the 4 messages before it are complete\n$/,
    );
  });

  test('a recording whose process was killed', async () => {
    const broker = await RunningBroker.start();
    const client = await sdk(broker);
    const record = broker.spawned(['record', 'a.pmq', 'market:>']);
    await record.says('recording to a.pmq');
    for (let index = 0; index < 50; index++) await client.publish('market', 'a', Buffer.from('x'));
    const grown = () => readFileSync(join(broker.cwd, 'a.pmq')).length >= 16 + 50 * 57;
    while (!grown()) await client.flush();
    record.child.kill('SIGKILL');
    await record.ended;
    const info = await callInProcess(['replay', 'a.pmq', '--info', '--json'], { cwd: broker.cwd });
    expect([info.status, JSON.parse(info.stdout).messages]).toEqual([7, 50]);
    expect(info.stderr).toContain('it was not closed');
  });

  test('another file: 7; missing file: 1; existing file: 2', async () => {
    const broker = await RunningBroker.start();
    writeFileSync(join(broker.cwd, 'text.pmq'), 'this is some text, not a recording');
    expect(await broker.run(['replay', 'text.pmq'])).toMatchObject({
      status: 7,
      stderr: 'pulsemq: text.pmq is not a recording of version 1\n',
    });
    expect((await broker.run(['replay', 'none.pmq'])).status).toBe(1);
    const { status, stderr } = await broker.run(['record', 'text.pmq', 'market:>']);
    expect([status, stderr]).toEqual([2, 'pulsemq: text.pmq exists already; to replace it, give --force\n']);
    expect(readFileSync(join(broker.cwd, 'text.pmq'), 'utf8')).toContain('some text');
  });
});
