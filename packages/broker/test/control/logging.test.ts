import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { jsonLine, localDay, logLine } from '../../src/control/logging/log-line.js';
import { openLogging } from '../../src/control/logging/logging.js';
import { StartupError } from '../../src/control/startup-error.js';
import { canMount, smallDisk } from '../trust/small-disk.js';
import { temporaryFolder } from './running-server.js';

const dayMs = 86_400_000;
const lineOf = (record: object) => logLine(JSON.stringify({ level: 30, time: 0, logger: 'pulsemq.broker', ...record }));

/** Logging into a folder, and what it shows. */
function open(dir: string, more: Partial<Parameters<typeof openLogging>[0]> = {}) {
  const shown: string[] = [];
  const console = { write: (line: string) => shown.push(line) };
  return {
    shown,
    logging: openLogging({ dir, maxDays: 7, maxBytes: 2 ** 28, level: 'debug', format: 'text', console, ...more }),
  };
}

const fileText = (dir: string, name = 'pulsemq.log') => readFileSync(join(dir, name), 'utf8');

describe('a line', () => {
  test.each([
    [20, 'DEBUG'],
    [30, 'INFO '],
    [40, 'WARN '],
    [50, 'ERROR'],
  ])('of level %i is time, level, logger and text', (level, name) => {
    const at = new Date(2026, 0, 2, 3, 4, 5, 6);
    expect(lineOf({ level, time: at.getTime(), msg: 'text' })).toBe(
      `2026-01-02 03:04:05.006 ${name} [pulsemq.broker] text\n`,
    );
  });

  test.each(['\n', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f', '\0', '\u001b[2J', '\u007f'])(
    'stays one line whatever stands in it: %j',
    (hostile) => {
      const forged = `a${hostile}2026-01-01 00:00:00.000 INFO  [pulsemq.broker] all is well`;
      const error = new Error(forged);
      for (const record of [{ msg: forged }, { msg: 'failed', err: { message: forged, stack: error.stack } }]) {
        const line = lineOf(record);
        expect(line.endsWith('all is well\n') || record.err !== undefined).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/);
      }
    },
  );

  test('of an error shows where it came from', () => {
    const error = new Error('no luck');
    const line = lineOf({ level: 50, msg: 'failed', err: { message: error.message, stack: error.stack } });
    expect(line).toContain('ERROR [pulsemq.broker] failed: Error: no luck\\n    at ');
    expect(lineOf({ msg: 'failed', err: { message: 'no luck' } })).toContain('failed: no luck\n');
  });
});

describe('a line of JSON', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
  const parsed = (record: object) => {
    const line = jsonLine(JSON.stringify({ level: 30, time: at, logger: 'pulsemq.broker', ...record }));
    expect(line.indexOf('\n')).toBe(line.length - 1);
    return JSON.parse(line);
  };

  test('has time, level, logger and message, in this order', () => {
    const line = parsed({ msg: 'text' });
    expect(Object.entries(line)).toEqual([
      ['time', '2026-01-02T03:04:05.006Z'],
      ['level', 'info'],
      ['logger', 'pulsemq.broker'],
      ['message', 'text'],
    ]);
    for (const [level, name] of [
      [20, 'debug'],
      [40, 'warn'],
      [50, 'error'],
    ])
      expect(parsed({ level }).level).toBe(name);
  });

  test('has the stack of an error, and whatever a peer sent as one value', () => {
    const error = new Error('no luck');
    const { message, error: stack } = parsed({ msg: 'a\nb"}', err: { message: error.message, stack: error.stack } });
    expect([message, stack]).toEqual(['a\nb"}', error.stack]);
  });

  test('begins and ends when the format changes', async () => {
    const dir = join(temporaryFolder(), 'logs');
    const { logging } = open(dir, { format: 'json' });
    const settings = { maxDays: 7, maxBytes: 2 ** 28, level: 'info' } as const;
    const log = logging.logger('pulsemq.broker');
    log.info('first');
    logging.configure({ ...settings, format: 'text' });
    log.info('second');
    logging.configure({ ...settings, format: 'json' });
    log.info('third');
    await logging.close();
    const [first, second, third] = fileText(dir).split('\n');
    expect([JSON.parse(first!).message, JSON.parse(third!).message]).toEqual(['first', 'third']);
    expect(second).toMatch(/ INFO {2}\[pulsemq\.broker\] second$/);
  });
});

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as const)('level %s lets %j through, to the file and the console', async (level, expected) => {
  const dir = join(temporaryFolder(), 'made', 'deep');
  const { shown, logging } = open(dir, { level });
  const log = logging.logger('pulsemq.admin');
  for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name](`a ${name} line`);
  await logging.close();
  expect(shown.map((line) => /\[pulsemq\.admin\] a (\w+) line\n$/.exec(line)?.[1])).toEqual(expected);
  expect(fileText(dir)).toBe(shown.join(''));
});

test('without a console lines go to the file alone, behind what is there', async () => {
  const dir = temporaryFolder();
  for (const text of ['one', 'two']) {
    const { logging } = open(dir, { console: null });
    logging.logger('x').info(text);
    await logging.close();
  }
  expect(fileText(dir)).toMatch(/^.* \[x\] one\n.* \[x\] two\n$/);
});

describe('a new day', () => {
  test("sets yesterday's file aside under its day when the broker starts, and keeps max_days of them", async () => {
    const dir = temporaryFolder();
    for (const day of ['2026-01-01', '2026-01-02', '2026-01-03']) writeFileSync(join(dir, `pulsemq.log.${day}`), day);
    for (const other of ['pulsemq.log.bak', 'pulsemq.log.2026-01-01.gz', 'other.log.2025-01-01']) {
      writeFileSync(join(dir, other), 'not ours');
    }
    writeFileSync(join(dir, 'pulsemq.log'), 'yesterday\n');
    const yesterday = new Date(Date.now() - dayMs);
    utimesSync(join(dir, 'pulsemq.log'), yesterday, yesterday);
    const { logging } = open(dir, { maxDays: 2 });
    logging.logger('x').info('today');
    await logging.close();
    expect(readdirSync(dir).sort()).toEqual(
      [
        'other.log.2025-01-01',
        'pulsemq.log',
        'pulsemq.log.2026-01-01.gz',
        'pulsemq.log.2026-01-03',
        `pulsemq.log.${localDay(yesterday)}`,
        'pulsemq.log.bak',
      ].sort(),
    );
    expect(fileText(dir, `pulsemq.log.${localDay(yesterday)}`)).toBe('yesterday\n');
    expect(fileText(dir)).toMatch(/^[^\n]*today\n$/);
  });

  test('sets the file aside while the broker runs, and loses no line', async () => {
    const dir = temporaryFolder();
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 5, 30, 23, 59, 59, 990) });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    writeFileSync(join(dir, 'pulsemq.log'), '');
    utimesSync(join(dir, 'pulsemq.log'), new Date(), new Date());
    const { shown, logging } = open(dir);
    const log = logging.logger('x');
    log.info('before');
    while (fileText(dir) === '') await new Promise((resolve) => setImmediate(resolve));
    vi.setSystemTime(new Date(2026, 6, 1, 0, 0, 0, 5));
    while (!readdirSync(dir).includes('pulsemq.log.2026-06-30')) {
      log.info('around');
      await new Promise((resolve) => setImmediate(resolve));
    }
    log.info('after');
    await logging.close();
    expect(readdirSync(dir).sort()).toEqual(['pulsemq.log', 'pulsemq.log.2026-06-30']);
    const [old, current] = [fileText(dir, 'pulsemq.log.2026-06-30'), fileText(dir)];
    expect(old).toMatch(/^2026-06-30 23:59:59\.990 INFO {2}\[x\] before\n/);
    expect(current).toMatch(/2026-07-01 00:00:00\.005 INFO {2}\[x\] after\n$/);
    expect(old + current).toBe(shown.join(''));
  });
});

describe('a place that cannot be written to', () => {
  test.each([
    ['a file where the folder should be', (dir: string) => writeFileSync(dir, 'x')],
    ['a folder where the file should be', (dir: string) => mkdirSync(join(dir, 'pulsemq.log'), { recursive: true })],
  ])('stops the start: %s', (_, make) => {
    const dir = join(temporaryFolder(), 'logs');
    make(dir);
    expect(() => open(dir)).toThrow(StartupError);
    expect(() => open(dir)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(`logging.dir ${dir}`) }),
    );
  });

  test('later is said on the console, where the lines still go', async () => {
    const dir = temporaryFolder();
    symlinkSync('/dev/full', join(dir, 'pulsemq.log'));
    const { shown, logging } = open(dir);
    logging.logger('x').info('still here');
    while (shown.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await logging.close();
    expect(shown[0]).toContain('still here');
    expect(shown[1]).toMatch(/^pulsemq: the log file cannot be written: ENOSPC.*\n$/);
  });

  test.skipIf(!canMount)('fault T17: after a full disk the file goes on with the lines that were kept', async () => {
    const disk = smallDisk(1_048_576);
    const { shown, logging } = open(disk.folder);
    const log = logging.logger('x');
    log.info('before');
    while (fileText(disk.folder) === '') await new Promise((resolve) => setImmediate(resolve));
    disk.fill();
    // The page of the file has room of its own.
    while (!shown.some((line) => line.includes('cannot be written'))) {
      log.info('x'.repeat(1_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    log.info('kept');
    disk.makeRoom();
    while (!shown.some((line) => line.includes('the log file is written again; 0 lines were lost'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    log.info('after');
    await logging.close();
    const lines = shown.filter((line) => !line.startsWith('pulsemq: '));
    expect(fileText(disk.folder)).toBe(lines.join(''));
  });
});

test('fault T18: a log folder that was removed is made again', async () => {
  const dir = join(temporaryFolder(), 'logs');
  const { logging } = open(dir);
  logging.logger('x').info('before');
  rmSync(dir, { recursive: true });
  while (!existsSync(join(dir, 'pulsemq.log'))) await new Promise((resolve) => setImmediate(resolve));
  logging.logger('x').info('after');
  await logging.close();
  expect(fileText(dir)).toMatch(/ after\n$/);
});

test('fault T21: all files together have at most max_bytes, and the newest lines are there', async () => {
  const dir = temporaryFolder();
  const maxBytes = 1_048_576;
  const { logging } = open(dir, { maxBytes, console: null });
  const log = logging.logger('x');
  for (let index = 0; index < 4_000; index++) {
    log.info(`${index} ${'x'.repeat(1_000)}`);
    if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await logging.close();
  const names = readdirSync(dir);
  expect(names.length).toBeGreaterThan(2);
  expect(names.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)).toBeLessThanOrEqual(1.1 * maxBytes);
  expect(fileText(dir)).toMatch(/ 3999 x+\n$/);
});
