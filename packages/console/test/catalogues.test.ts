import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { english } from '../src/i18n/en/english.js';
import { chinese } from '../src/i18n/zh/chinese.js';
import { settingWords } from '../src/i18n/zh/setting-words.js';

/** Both languages say everything: the same keys, the same places to fill, nothing left in the other language. */

type Catalogue = { readonly [key: string]: string | Catalogue };

/** Every text with the path that leads to it. */
function textsOf(catalogue: Catalogue, path = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') all.set(here, value);
    else for (const [inner, text] of textsOf(value, here)) all.set(inner, text);
  }
  return all;
}

const en = textsOf(english);
const zh = textsOf(chinese);

/** Chinese has no plural: there is no `_one`. */
const hasPlace = (key: string): boolean => !key.endsWith('_one');

const placesOf = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();

test('both catalogues have the same keys', () => {
  expect(en.size).toBeGreaterThan(300);
  expect([...zh.keys()].sort()).toEqual([...en.keys()].filter(hasPlace).sort());
});

test.each([...zh.keys()])('%s has the same places to fill in both languages', (key) => {
  expect(placesOf(zh.get(key)!)).toEqual(placesOf(en.get(key)!));
});

test('a text for one has a text for many, with the same places or all but the number', () => {
  for (const key of [...en.keys()].filter((one) => one.endsWith('_one'))) {
    const many = en.get(key.replace(/_one$/, '_other'));
    expect(many, key).toBeDefined();
    const without = (text: string): readonly string[] => placesOf(text).filter((name) => name !== 'n');
    expect(without(en.get(key)!), key).toEqual(without(many!));
  }
});

test('no text is empty, and no English text has Chinese in it but the names of the languages', () => {
  for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe('');
  const mixed = [...en].filter(([, text]) => /[\u4e00-\u9fff]/.test(text)).map(([key]) => key);
  expect(mixed.sort()).toEqual(['top.language', 'top.languageLabel']);
});

test('every setting of the broker has Chinese words, and no other has', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('<!-- config:start -->'), readme.indexOf('<!-- config:end -->'));
  const keys = [...table.matchAll(/^\| `(\w+\.\w+)`/gm)].map(([, key]) => key);
  expect(keys.length).toBeGreaterThan(20);
  expect(Object.keys(settingWords).sort()).toEqual(keys.sort());
  for (const text of Object.values(settingWords)) expect(text).toMatch(/[\u4e00-\u9fff]/);
});
