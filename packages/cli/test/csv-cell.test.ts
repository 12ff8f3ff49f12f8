import { expect, test } from 'vitest';
import { cell } from '../src/output/csv-cell.js';

test.each<[value: unknown, text: string]>([
  // A spreadsheet would run these.
  ['=1+1', "'=1+1"],
  ['=cmd,"x"', `"'=cmd,""x"""`],
  ['+A1', "'+A1"],
  ['-A1', "'-A1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['\n=1', `"'\n=1"`],
  ['\0=1', "'\0=1"],
  // Numbers stay numbers, as text too.
  [-1.5, '-1.5'],
  [-12n, '-12'],
  ['-1.5', '-1.5'],
  ['+3e-7', '+3e-7'],
  // RFC 4180, and the semicolon of other locales.
  ['a "b"', '"a ""b"""'],
  ['a,b', '"a,b"'],
  ['a;=1', '"a;=1"'],
  ['two\nlines', '"two\nlines"'],
  [' a', '" a"'],
  ['a=1', 'a=1'],
  [null, ''],
  [undefined, ''],
  [true, 'true'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [new Date(Number.NaN), ''],
  [{ a: 1n }, '"{""a"":""1""}"'],
])('%o as a cell', (value, text) => {
  expect(cell(value)).toBe(text);
});
