// The table of settings in Chinese: keys, defaults, units and ranges of docs/configuration.md, described as the console describes them.
import { readFileSync } from 'node:fs';

const words = new URL('../packages/console/src/i18n/zh/setting-words.ts', import.meta.url);

/** The Chinese description of each setting, by its key. */
function settingWords() {
  const text = readFileSync(words, 'utf8');
  return new Map([...text.matchAll(/^ {2}'([a-z_.]+)':\s+'(.*)',$/gm)].map(([, key, value]) => [key, value]));
}

const ranges = [
  [/^list of addresses and ranges$/, '地址与网段列表'],
  [/^list of origins$/, '来源列表'],
  [/^text, at least (\d+) characters$/, '文本，至少 $1 个字符'],
  [/^1 to 32 of A-Z, a-z, 0-9, _ and -$/, '1 至 32 个字符：A-Z、a-z、0-9、_ 和 -'],
  [/^text$/, '文本'],
  [/^(\d+) to (\d+)$/, '$1 至 $2'],
];

const inChinese = (range) =>
  ranges.reduce((text, [english, chinese]) => text.replace(english, chinese), range).replaceAll(', ', '、');

/** Puts into backquotes what the English description has in them, and nothing else. */
const quotedAs = (english, chinese) =>
  (english.match(/`[^`]+`/g) ?? []).reduce(
    (text, code) => text.replace(code.slice(1, -1), code),
    chinese.replaceAll('`', ''),
  );

/** The rows of the English table, in Chinese. Throws for a setting that the console does not describe. */
export function chineseTable(english) {
  const described = settingWords();
  const rows = english
    .split('\n')
    .slice(2)
    .map((row) => {
      const [key, initial, unit, range, meaning] = row
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      const text = described.get(key.replaceAll('`', ''));
      if (text === undefined) throw new Error(`packages/console/src/i18n/zh/setting-words.ts does not describe ${key}`);
      return `| ${key} | ${initial === 'unset' ? '未设置' : initial} | ${unit} | ${inChinese(range)} | ${quotedAs(meaning, text)} |`;
    });
  return ['| 键 | 默认 | 单位 | 范围 | 作用 |', '|---|---|---|---|---|', ...rows].join('\n');
}
