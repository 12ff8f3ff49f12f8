import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliveryOf, framesOf, JournalImport } from '@pulsemq/broker/journal';
import { decodeHeader } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { folder } from './called-command.js';
import { importInto, message, recording, startMs, stored } from './recordings.js';

const shown = (cwd: string, name?: string) =>
  stored(cwd, name).map(({ key, epoch, sequence, receivedAtUs }) => [
    key,
    epoch,
    sequence,
    receivedAtUs / 1_000 - startMs,
  ]);

test('messages keep their bytes, flags, times and numbers, in the order of their times', async () => {
  const cwd = folder();
  const marked = message('b', 5, 2, {
    doNotConflate: true,
    maybeDuplicate: true,
    payload: Buffer.from('raw'),
    format: 'bytes',
  });
  const file = recording(cwd, [
    message('a', 1, 0, { isSnapshot: true }),
    message('a', 2, 3),
    marked,
    message('a', 3, 4),
    message('a', 3, 4),
    message('a', 1, 6, { epoch: 8 }),
    message('c', 1, 5),
  ]);
  const { status, stdout, stderr } = await importInto(cwd, file, '--json');
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({
    file,
    folder: join(cwd, 'journal'),
    messages: 5,
    topics: 3,
    left_out: 2,
    damage: null,
    first_at: new Date(startMs + 2).toISOString(),
    last_at: new Date(startMs + 6).toISOString(),
  });
  expect(shown(cwd)).toEqual([
    ['market:b', 7, 5, 2],
    ['market:a', 7, 2, 3],
    ['market:a', 7, 3, 4],
    ['market:c', 7, 1, 5],
    ['market:a', 8, 1, 6],
  ]);
  const [first] = stored(cwd);
  const [head, namespace, topic, username, payload] = framesOf(first!);
  expect([namespace, topic, username, payload].map(String)).toEqual(['market', 'b', 'feed', 'raw']);
  expect(decodeHeader(head!)).toMatchObject({ format: 0, flags: 0xc0, timestamp: startMs + 1, payloadLength: 3 });
  expect(deliveryOf(first!).length).toBeGreaterThan(first!.frames.length);
});

test('a second recording goes behind the first; one that is older is refused and changes nothing', async () => {
  const cwd = folder();
  // Both messages are in one block, which begins with the first of them.
  await importInto(cwd, recording(cwd, [message('b', 1, 2), message('a', 1, 10)]));
  const older = await importInto(cwd, recording(cwd, [message('b', 2, 5)]));
  expect(older).toMatchObject({ status: 2, stderr: expect.stringContaining('has messages until') });
  expect(older.stderr).toContain(new Date(startMs + 10).toISOString());
  const first = [
    ['market:b', 7, 1, 2],
    ['market:a', 7, 1, 10],
  ];
  expect(shown(cwd)).toEqual(first);
  const newer = await importInto(cwd, recording(cwd, [message('a', 2, 20)]), '--to-namespace', 'test');
  expect(newer).toMatchObject({ status: 0, stdout: expect.stringMatching(/^imported 1 message of 1 topic into /) });
  expect(shown(cwd)).toEqual([...first, ['test:a', 7, 2, 20]]);
});

test('what is whole of a damaged recording is imported; messages without numbers and other files are refused', async () => {
  const cwd = folder();
  const damaged = await importInto(cwd, recording(cwd, [message('a', 1, 1)], Buffer.from('no end')));
  expect(damaged).toMatchObject({ status: 7, stderr: expect.stringContaining('day.pmq is damaged') });
  expect(shown(cwd)).toHaveLength(1);
  const unnumbered = await importInto(cwd, recording(cwd, [message('a', 0, 1, { epoch: 0 })]), '--dir', 'other');
  expect(unnumbered).toMatchObject({ status: 2, stderr: expect.stringContaining('has no time or number of a broker') });
  const named = await importInto(cwd, recording(cwd, [message('a b', 1, 1)]), '--dir', 'other');
  expect(named).toMatchObject({ status: 7, stderr: expect.stringContaining('topic "a b"') });
  writeFileSync(join(cwd, 'text'), 'no recording');
  expect((await importInto(cwd, 'text', '--dir', 'other')).status).toBe(7);
  expect((await importInto(cwd, 'none')).status).toBe(1);
  expect(existsSync(join(cwd, 'other'))).toBe(false);
});

test('a journal that a broker writes is refused', async () => {
  const cwd = folder();
  const file = recording(cwd, [message('a', 1, 1)]);
  await importInto(cwd, file);
  const other = new JournalImport(join(cwd, 'journal'), 1_000_000);
  const names = (): string[] => readdirSync(join(cwd, 'journal')).filter((name) => name.startsWith('0'));
  const before = names();
  expect(await importInto(cwd, file)).toMatchObject({ status: 2, stderr: expect.stringContaining('a broker writes') });
  other.abort();
  expect(names()).toEqual(before);
});

test('messages that a broker will remove at its start are warned of', async () => {
  const cwd = folder();
  const file = recording(cwd, [message('a', 1, -200 * 3_600_000)]);
  const { status, stderr } = await importInto(cwd, file);
  expect([status, stderr]).toEqual([0, expect.stringContaining('raise journal.max_age_hours')]);
});
