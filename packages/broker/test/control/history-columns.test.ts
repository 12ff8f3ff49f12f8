import { DataFrame, jsonValue, PreciseDate } from '@pulsemq/codecs';
import { expect, test } from 'vitest';
import { BarTable } from '../../src/control/history/bars/bar-table.js';
import { messageRows } from '../../src/control/history/message-rows.js';
import { RowTable } from '../../src/control/history/row-table.js';
import { csvPieces } from '../../src/control/history/table-text.js';
import type { JournalRecord } from '../../src/journal/record.js';
import { namesOf } from '../../src/journal/record.js';
import { journalRecord } from '../journal/journal-record.js';
import { randomOf } from '../journal/recorded-files.js';

const ours = ['_topic', '_sequence', '_received_at'];

/** The columns of records, made the slow and obvious way: an object for each row. */
function expectedColumns(records: readonly JournalRecord[]) {
  const rows: Map<string, unknown>[] = [];
  const names: string[] = [];
  for (const record of records) {
    const { sequence, receivedAtUs, key } = record;
    const { names: found, rows: cells } = messageRows(record);
    for (const name of found) if (!names.includes(name)) names.push(name);
    for (const row of cells) {
      const at = new PreciseDate(BigInt(receivedAtUs) * 1_000n, 'us', 'UTC');
      const own = [namesOf(key).topic, sequence, at].map((value, index) => [ours[index]!, value] as const);
      rows.push(new Map<string, unknown>([...own, ...found.map((name, index) => [name, row[index] ?? null] as const)]));
    }
  }
  return [...ours, ...names].map((name) => [name, rows.map((row) => row.get(name) ?? null)] as const);
}

/** A column that no Arrow type holds is the text of its cells. */
function expectedFrame(columns: readonly (readonly [string, readonly unknown[]])[]): DataFrame {
  const stored = columns.map(([name, cells]) => {
    try {
      DataFrame.fromColumnList([[name, cells]]);
      return [name, cells] as const;
    } catch {
      return [name, cells.map(textOf)] as const;
    }
  });
  return DataFrame.fromColumnList(stored);
}

function textOf(cell: unknown): unknown {
  if (cell === null || typeof cell === 'string') return cell;
  const plain = jsonValue(cell);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

/** Values as JSON writes them. Most are such that fields keep one kind; a few are not. */
const numberTexts = [
  '0',
  '-0',
  '1',
  '-1',
  '10.25',
  '-0.5',
  '0.1',
  '1e3',
  '2.5E-7',
  '1e400',
  '9007199254740991',
  '9007199254740951',
  '9007199254740993',
  '0.30000000000000004',
  '123456789012.123456789',
  '1.0',
  '100000000000000000000000.5',
];
const textTexts = ['""', '"B"', '"平安银行"', '"a\\"b"', '"\\u4ef7"', '"1234567890123456"', '"x, y"', '" "', '"𠮷"'];
const otherTexts = ['true', 'false', 'null', '[1,2]', '{"z":null}', '[]'];
const brokenTexts = ['01', '1.', '.5', '-', '+1', 'tru', '"', '"\t"', 'nul', '1 2', ''];
const wholeTexts = [
  '10.5',
  '"text"',
  'text',
  'null',
  '[]',
  '[1,2]',
  '[{"a":1},{"b":2}]',
  '[{"a":1},3]',
  '{}',
  ' { } ',
  '{"a":1}x',
  '{"a":1',
  '{"a":1,}',
  '{"a":1,"a":2}',
  '{"a" : 1 , "b":"x"}',
  '\n{"a":1}\n',
  '{"0":1,"a":2}',
  '{"a":2,"0":1}',
  '{"价格":1.5}',
  '{"__proto__":1}',
  '{"a\\u0062":1}',
  '9007199254740951',
  '9007199254740993',
];

test('random payloads have the same columns as rows that are made one by one', () => {
  const seeded = randomOf(18);
  const random = (limit: number): number => Math.floor(seeded() * limit);
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const kinds = [numberTexts, textTexts, otherTexts];
  for (let round = 0; round < 40; round++) {
    const table = new RowTable(null, 10_000);
    const isMixed = round % 3 === 0;
    const fields = Array.from({ length: 6 }, (_, index) => ({ name: `f${index}`, texts: pick(kinds) }));
    const textFor = (texts: readonly string[]): string => {
      if (random(200) === 0) return pick(brokenTexts);
      return isMixed && random(4) === 0 ? pick(pick(kinds)) : pick(texts);
    };
    const space = (): string => (random(10) === 0 ? ' ' : '');
    const payload = (): string => {
      if (random(10) === 0) return pick(wholeTexts);
      const chosen = fields.filter(() => random(6) > 0);
      if (random(8) === 0) chosen.reverse();
      return `{${chosen.map(({ name, texts }) => `${space()}"${name}"${space()}:${space()}${textFor(texts)}${space()}`).join(',')}}`;
    };
    const records = Array.from({ length: 40 }, (_, index) =>
      journalRecord('string', payload(), undefined, {
        topic: `t${random(3)}`,
        sequence: index + 1,
        receivedAtUs: 1_764_460_800_000_000 + random(1_000_000),
      }),
    );
    for (const record of records) table.add(record);
    const expected = expectedColumns(records);
    const found = table
      .columns()
      .map(({ name, cells }) => [name, expected[0]![1].map((_, row) => cells?.at(row) ?? null)]);
    expect(found).toEqual(expected);
    const frame = DataFrame.fromArrow(Buffer.concat(table.arrowPieces()));
    const wanted = expectedFrame(expected);
    expect(frame.columns.map(({ name, dtype }) => [name, dtype])).toEqual(
      wanted.columns.map(({ name, dtype }) => [name, dtype]),
    );
    expect(frame.cells()).toEqual(wanted.cells());
  }
});

test('random prices make the same bars from flat objects as from objects with a list, which are read in another way', () => {
  const seeded = randomOf(19);
  const random = (limit: number): number => Math.floor(seeded() * limit);
  const settings = { everySeconds: 1, zone: 'UTC', price: 'price', size: 'size' };
  const [flat, nested] = [new BarTable(settings, 1_000), new BarTable(settings, 1_000)];
  const prices = ['10.5', '"10.25"', '1e1', '-3', 'null', '0.30000000000000004'];
  for (let index = 0; index < 500; index++) {
    const price = prices[random(prices.length)]!;
    const size = random(3) === 0 ? '' : `,"size":${random(100)}`;
    const at = { topic: `t${random(2)}`, sequence: index, receivedAtUs: 1_764_460_800_000_000 + random(5_000_000) };
    flat.add(journalRecord('string', `{"price":${price}${size}}`, undefined, at));
    nested.add(journalRecord('string', `{"list":[],"price":${price}${size}}`, undefined, at));
  }
  expect(flat.rowCount).toBe(10);
  expect([...csvPieces(flat)]).toEqual([...csvPieces(nested)]);
});

test('half a surrogate pair becomes U+FFFD and is counted, in cells and in names', () => {
  const table = new RowTable(null, 100);
  for (const json of ['{"a":"x\\ud800y"}', '{"a":"\\ud83d\\ude00"}', '{"b\\udc00":"whole"}', '{"list":["\\ud800"]}']) {
    table.add(journalRecord('string', json));
  }
  expect(table.replacedCount).toBe(1);
  const rows = DataFrame.fromArrow(Buffer.concat(table.arrowPieces())).rows();
  expect(rows.map(({ a, 'b\ufffd': b, list }) => [a, b, list])).toEqual([
    ['x\ufffdy', null, null],
    ['😀', null, null],
    [null, 'whole', null],
    // In a list it stays as JSON writes it.
    [null, null, '["\\ud800"]'],
  ]);
});

test('a column of payloads that is named like one of ours gets another name', () => {
  const table = new RowTable(null, 100);
  table.add(journalRecord('string', '{"_topic":"x","_sequence":7,"_payload_sequence":8,"price":1}'));
  expect(DataFrame.fromArrow(Buffer.concat(table.arrowPieces())).rows()).toMatchObject([
    { _topic: 'a', _sequence: 1, _payload_topic: 'x', _payload_sequence: 8, price: 1 },
  ]);
  const chosen = new RowTable(['_topic', '_payload_topic'], 100);
  chosen.add(journalRecord('string', '{"_topic":"x"}'));
  expect(chosen.columns().map(({ name, cells }) => [name, cells?.at(0)])).toMatchObject([
    ['_topic', 'a'],
    ['_sequence', 1],
    ['_received_at', {}],
    ['_payload_topic', 'x'],
  ]);
});

test('rows with different columns are refused before they fill the memory', () => {
  const table = new RowTable(null, 1_000_000);
  const wide = DataFrame.fromColumnList(Array.from({ length: 1_000 }, (_, index) => [`c${index}`, [1]] as const));
  table.add(journalRecord('df_pyarrow', wide));
  const many = journalRecord('df_pyarrow', DataFrame.fromColumns({ c0: new Float64Array(67_200) }));
  expect(() => table.add(many)).toThrow('the rows have more than 67108864 cells together');
});
