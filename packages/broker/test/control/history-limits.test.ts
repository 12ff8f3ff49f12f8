import { json, text } from 'node:stream/consumers';
import { DataFrame } from '@pulsemq/codecs';
import { FormatCode } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
// The built one: it starts a process from a file that Node loads by itself.
import { HistoryQueries } from '../../dist/control/history/history-queries.js';
import { RowTable } from '../../src/control/history/row-table.js';
import { NodeFiles } from '../../src/journal/node-files.js';
import { SegmentWriter } from '../../src/journal/segment-writer.js';
import { recordOfTest, startUs, testMessages, topicEntry } from '../journal/journal-fixture.js';
import { journalRecord as record } from '../journal/journal-record.js';
import { temporaryFolder } from './running-server.js';

const everything = (folder: string) => ({
  folder,
  namespace: 'market',
  pattern: '>',
  fromUs: 0,
  toUs: Number.MAX_SAFE_INTEGER,
  fromSequence: 0,
  toSequence: Number.MAX_SAFE_INTEGER,
  columns: null,
  bars: null,
  limitCount: 10,
  format: 'json' as const,
});

test('values of several kinds in one column are text in Arrow, and a missing cell is null', () => {
  const table = new RowTable(null, 100);
  for (const data of ['{"x":1,"y":[1,2]}', '{"x":"one"}', '{"y":{"z":true}}']) table.add(record('string', data));
  const rows = DataFrame.fromArrow(Buffer.concat(table.arrowPieces())).rows();
  expect(rows.map(({ x, y }) => [x, y])).toEqual([
    ['1', '[1,2]'],
    ['one', null],
    [null, '{"z":true}'],
  ]);
});

test('whole numbers of a float64 column of a DataFrame stay float64', () => {
  const table = new RowTable(null, 100);
  table.add(record('df_pyarrow', DataFrame.fromColumns({ price: Float64Array.of(10, 11) })));
  const frame = DataFrame.fromArrow(Buffer.concat(table.arrowPieces()));
  expect(frame.column('price').dtype).toBe('float64');
  expect(frame.rows().map(({ price }) => price)).toEqual([10, 11]);
});

test('a payload that cannot be decoded is a row that says why', () => {
  const table = new RowTable(null, 100);
  table.add(record('bytes', Buffer.from('no table'), FormatCode.df_pyarrow));
  const column = table.columns().at(-1);
  expect(column?.name).toBe('_problem');
  expect(column?.cells?.at(0)).toEqual(expect.stringContaining('Arrow'));
});

test('an answer has at most 1,000 columns of payloads', () => {
  const wide = (first: number) =>
    record('string', JSON.stringify(Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`c${first + n}`, n]))));
  const table = new RowTable(null, 100);
  table.add(wide(0));
  expect(() => table.add(wide(501))).toThrow('more than 1000 columns, the limit');
  expect(new RowTable(['c1000'], 100).add(wide(501))).toBe(true);
});

test('a long answer arrives whole, and one of another topic has none of it', async () => {
  const folder = temporaryFolder();
  const [a, b] = [topicEntry(1, 'market:a'), topicEntry(2, 'market:b')];
  const messages = testMessages([a, b], 8_000);
  const writer = new SegmentWriter(new NodeFiles(folder), 1, startUs, (number) => (number === 1 ? a : b));
  const records = Buffer.concat(messages.map(recordOfTest));
  writer.write(records, 0, records.length);
  writer.close();
  const question = { ...everything(folder), limitCount: 1_000_000 };
  const answer = await new HistoryQueries().ask({ ...question, pattern: 'a' }, new AbortController().signal);
  const rows = (await json(answer.body)) as { _topic: string; _sequence: number }[];
  expect(rows.map(({ _sequence }) => _sequence)).toEqual(Array.from({ length: 4_000 }, (_, index) => index + 1));
  expect(new Set(rows.map(({ _topic }) => _topic))).toEqual(new Set(['a']));
});

test('the process of a question ends with its caller', async () => {
  const queries = new HistoryQueries();
  const job = everything(temporaryFolder());
  const callers = [new AbortController(), new AbortController()];
  const asked = callers.map(({ signal }) => queries.ask(job, signal).catch((error: { code: string }) => error.code));
  for (const caller of callers) caller.abort();
  expect(await Promise.all(asked)).toEqual(['HISTORY_FAILED', 'HISTORY_FAILED']);
  const { rowCount, hasMore, body } = await queries.ask(job, new AbortController().signal);
  expect([rowCount, hasMore, await text(body)]).toEqual([0, false, '[]\n']);
});
