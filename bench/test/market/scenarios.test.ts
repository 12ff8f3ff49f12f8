import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scenarios } from '../../src/market/all-scenarios.js';
import { parseMarketOptions } from '../../src/market/market-options.js';

const folder = fileURLToPath(new URL('../../src/market/scenarios/', import.meta.url));

test('every scenario of the folder takes part, under the name of its file', () => {
  const files = readdirSync(folder).map((file) => file.replace('.ts', ''));
  expect(scenarios.map(({ name }) => name).sort()).toEqual(files.sort());
});

test('options are checked', () => {
  expect(parseMarketOptions(['--only', 'a,b', '--seconds', '2.5'])).toMatchObject({ only: ['a', 'b'], seconds: 2.5 });
  expect(parseMarketOptions([])).toMatchObject({ only: undefined, seconds: undefined, quick: false });
  expect(() => parseMarketOptions(['--seconds', '0'])).toThrow('--seconds takes a number above 0 to 1000, not 0');
  expect(() => parseMarketOptions(['--rounds', '2'])).toThrow('--rounds');
});
