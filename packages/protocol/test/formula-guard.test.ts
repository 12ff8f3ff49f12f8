import { expect, test } from 'vitest';
import { formulaGuarded } from '../src/formula-guard.js';

test.each(['=1+1', '+1+1', '-user', '-1.5.2', '@sum', '\t=1', '\r=1', '\n=1', '\0=1', '-', '＝1+1'])(
  '%j gets an apostrophe in front',
  (text) => expect(formulaGuarded(text)).toBe(`'${text}`),
);

test.each(['-1.5', '+7', '1e-9', '-2.5E+10', '-Infinity', 'a=1', ''])('%j stays as it is', (text) => {
  expect(formulaGuarded(text)).toBe(text);
});
