import { expect, test } from 'vitest';
import { parseBrowserOptions } from '../../src/browser/browser-options.js';

test('options are checked', () => {
  expect(parseBrowserOptions(['--only', 'a,b', '--subscribers', '50', '--seconds', '2.5'])).toMatchObject({
    only: ['a', 'b'],
    subscribers: 50,
    seconds: 2.5,
  });
  expect(parseBrowserOptions([])).toMatchObject({ only: undefined, subscribers: undefined, quick: false });
  expect(() => parseBrowserOptions(['--seconds', '0'])).toThrow('--seconds takes a number above 0 to 1000, not 0');
  expect(() => parseBrowserOptions(['--subscribers', '2.5'])).toThrow('--subscribers takes a whole number, not 2.5');
  expect(() => parseBrowserOptions(['--rounds', '2'])).toThrow('--rounds');
});
