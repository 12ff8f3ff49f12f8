import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { english } from '../src/i18n/en/english.js';
import { chinese } from '../src/i18n/zh/chinese.js';
import { settingWords } from '../src/i18n/zh/setting-words.js';
import { doesText, rangeText } from '../src/pages/settings/setting-text.js';

/** Both catalogues are complete: the same keys, the same placeholders, no text in the other language, no text without a use. */

type Catalogue = { readonly [key: string]: string | Catalogue };

/** Every text by its key. */
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

/** Chinese has no plural, so it has no key that ends in `_one`. */
const isInChinese = (key: string): boolean => !key.endsWith('_one');

const placeholdersOf = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();

test('both catalogues have the same keys', () => {
  expect(en.size).toBeGreaterThan(300);
  expect([...zh.keys()].sort()).toEqual([...en.keys()].filter(isInChinese).sort());
});

test.each([...zh.keys()])('%s has the same placeholders in both languages', (key) => {
  expect(placeholdersOf(zh.get(key)!)).toEqual(placeholdersOf(en.get(key)!));
});

test('a text for one has a text for many, with the same placeholders; the number may be left out', () => {
  for (const key of [...en.keys()].filter((one) => one.endsWith('_one'))) {
    const many = en.get(key.replace(/_one$/, '_other'));
    expect(many, key).toBeDefined();
    const without = (text: string): readonly string[] => placeholdersOf(text).filter((name) => name !== 'n');
    expect(without(en.get(key)!), key).toEqual(without(many!));
  }
});

test('no text is empty, and only the switch of the language is in the other language', () => {
  for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe('');
  const mixed = [...en].filter(([, text]) => /[\u4e00-\u9fff]/.test(text)).map(([key]) => key);
  expect(mixed.sort()).toEqual(['top.language', 'top.languageLabel']);
});

/** The source of all components, without the catalogues. */
function componentSource(): string {
  const root = new URL('../src/', import.meta.url).pathname;
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => /\.tsx?$/.test(entry.name) && !entry.parentPath.startsWith(join(root, 'i18n')))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

test('every text is used', () => {
  const source = componentSource();
  // A key such as `roles.${role}` uses every text under `roles.`.
  const prefixes = [...source.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix!);
  const unused = [...en.keys()]
    .map((key) => key.replace(/_(one|other)$/, ''))
    .filter((key) => !source.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
  expect(unused).toEqual([]);
});

test('every setting of the broker has a Chinese description, and nothing else has one', () => {
  const readme = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('<!-- config:start -->'), readme.indexOf('<!-- config:end -->'));
  const keys = [...table.matchAll(/^\| `(\w+\.\w+)`/gm)].map(([, key]) => key);
  expect(keys.length).toBeGreaterThan(20);
  expect(Object.keys(settingWords).sort()).toEqual(keys.sort());
  for (const text of Object.values(settingWords)) expect(text).toMatch(/[\u4e00-\u9fff]/);
});

test('the kinds of lists that settings allow are translated, and descriptions have no Markdown', () => {
  const readme = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const ranges = new Set([...readme.matchAll(/\| (list of [^|]+?) \|/g)].map(([, range]) => range!));
  expect(ranges.size).toBeGreaterThan(1);
  const keyOf = ((key: string) => key) as unknown as Parameters<typeof rangeText>[0];
  for (const range of ranges) expect(rangeText(keyOf, { key: 'a.b', range }), range).toMatch(/^settings\.ranges\./);
  for (const key of Object.keys(settingWords)) {
    for (const language of ['zh', 'en']) expect(doesText(language, { key, description: '`a`' })).not.toContain('`');
  }
});
