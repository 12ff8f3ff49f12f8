import { expect, test } from 'vitest';
import { csvLine } from '../../src/control/admin/csv-line.js';

test.each(['=1+1', '+1+1', '-user', '-1.5.2', '@sum', '\t=1', '-'])('%j cannot run in a spreadsheet', (text) => {
  expect(csvLine([text])).toBe(`'${text}\r\n`);
});

test('a carriage return before a formula does not help it', () => {
  expect(csvLine(['\r=1'])).toBe('"\'\r=1"\r\n');
});

test.each(['-1.5', '+7', '1e-9', '-2.5E+10', 'a=1', ''])('%j stays as it is', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`);
});

test('numbers, nulls and quotes', () => {
  expect(csvLine([-1.5, null, 'say "1, 2"'])).toBe('-1.5,,"say ""1, 2"""\r\n');
});
