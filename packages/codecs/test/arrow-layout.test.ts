import {
  type Column,
  columnFromArray,
  dateMillisecond,
  decimal,
  dictionary,
  float64,
  int32,
  list,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { expect, test } from 'vitest';
import { DataFrame } from '../src/index.js';

/** Arrow streams whose columns claim more than their buffers hold. */

const rowCount = 7;
const claimedCount = 70;

const i64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
};

/** The stream of one column, with every 64-bit `from` replaced by `to`; at least one is there. */
function changed(column: Column<unknown>, from: Buffer, to: Buffer): Buffer {
  const bytes = Buffer.from(tableToIPC(tableFromColumns({ column }), { format: 'stream' })!);
  let at = bytes.indexOf(from);
  expect(at).toBeGreaterThan(0);
  for (; at >= 0; at = bytes.indexOf(from, at + 1)) to.copy(bytes, at);
  return bytes;
}

const numbers = Array.from({ length: rowCount }, (_, index) => index + 100);

test.each([
  ['numbers', columnFromArray(numbers, float64())],
  ['texts', columnFromArray(numbers.map(String), utf8())],
  ['words', columnFromArray(numbers.map(String), dictionary(utf8()))],
  [
    'lists',
    columnFromArray(
      numbers.map((value) => [value]),
      list(int32()),
    ),
  ],
  [
    'structs',
    columnFromArray(
      numbers.map((value) => ({ value })),
      struct({ value: int32() }),
    ),
  ],
  ['decimals', columnFromArray(numbers, decimal(12, 4))],
])('a column of %s that claims more rows than it has is refused', (_, column) => {
  const bytes = changed(column as Column<unknown>, i64(rowCount), i64(claimedCount));
  expect(() => DataFrame.fromArrow(bytes)).toThrow(/do not fit its rows/);
});

test('a date past 2^53 ms is refused: its cell could not be read', () => {
  const weekMs = 604_800_000;
  const column = columnFromArray([new Date(weekMs)], dateMillisecond());
  const bytes = changed(column as Column<unknown>, i64(weekMs), Buffer.from('ffffffffffffff7f', 'hex'));
  expect(() => DataFrame.fromArrow(bytes)).toThrow(/a date of 9223372036854775807 ms/);
});

test('the decimal scale of a stream is bounded: the decoder computes 10 to its power', () => {
  const scale = Buffer.from([37, 0, 0, 0]);
  const bytes = changed(columnFromArray([1], decimal(38, 37)) as Column<unknown>, scale, Buffer.from([0, 0, 0, 1]));
  expect(() => DataFrame.fromArrow(bytes)).toThrow(
    'Arrow stream has a decimal column of scale 16777216, the limit is 76',
  );
});

/** 288 bytes that fuzzing found: in the table of fields of the schema there is half an entry, which the decoder reads as a whole one. */
const halfEntry =
  '/////2gAAAAQAAAAAAAKAAwACgAJAAQACgAAABAAAAAAAQQACQAIAAAABAAIAAAABAAAAAEAAAAQAAAADAAQAAwACwAKAAQADAAAABgAAAAAAAMBBAAAAAAAAAAAAAYACAAGAAYAAAAAAAIAAAAAAP////+IAAAAFAAAAAAAAAAMABYAFAATAAwABAAMAAAAGAAAAAAAAAAUAAAAAAAAAwQACgAYAAwACAAEAAoAAAAUAAAAOAAAAAMAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAYAAAAAAAAAAAAAAABAAAAAwAAAAAAAAAAAAAAAAAAAC3PreBsa18IDwAAAAAAAID1///////v//////8AAAAA';

test('a table of fields with half an entry is refused: the decoder would read a vector of 268 million pairs', () => {
  expect(() => DataFrame.fromArrow(Buffer.from(halfEntry, 'base64'))).toThrow(/offset outside/);
});
