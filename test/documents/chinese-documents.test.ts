import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** The Chinese documents say what the English ones say: the same headings, code, tables and numbered sentences. */

const docs = resolve(import.meta.dirname, '../../docs');
const chinese = resolve(docs, 'zh-CN');
const names = readdirSync(chinese).filter((name) => name.endsWith('.md'));

const pageOf = (folder: string, name: string): string => readFileSync(resolve(folder, name), 'utf8');

/** Blocks of code with their language. */
const codeOf = (text: string): string[] => text.match(/^```[\s\S]*?^```/gm) ?? [];

/** Text without blocks of code, where a # begins a comment. */
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** Words that are not translated: code, and names of the wire. */
const wordsOf = (text: string): string => (text.match(/`[^`]*`/g) ?? []).join(' ');

const headingsOf = (text: string): string[] =>
  [...withoutCode(text).matchAll(/^(#+) (.*)$/gm)].map(([, level, title]) => `${level} ${wordsOf(title!)}`.trim());

/** The first cell of each row: as it is where it has no letters outside of code, else its code and numbers. */
const firstColumnsOf = (text: string): string[] =>
  [...withoutCode(text).matchAll(/^\| *(.*?) *\|/gm)].map(([, cell]) => {
    const words = wordsOf(cell!);
    return words === '' && /^[-\d]*$/.test(cell!) ? cell! : words;
  });

/** Names of settings, options, fields and commands: all that stands in backquotes. */
const namesOf = (text: string): string[] => [...new Set(withoutCode(text).match(/`[^`\n]+`/g) ?? [])].sort();

const sentencesOf = (text: string): string[] => [...text.matchAll(/^\* \*\*P(\d+)\*\*/gm)].map(([, number]) => number!);

test('there are the pages that readers of Chinese need first', () => {
  for (const name of ['client.md', 'python.md', 'command-line.md', 'protocol.md']) expect(names).toContain(name);
});

test.each(names)(
  'docs/zh-CN/%s has the headings, code, first columns, names and sentences of the English page',
  (name) => {
    const [own, english] = [pageOf(chinese, name), pageOf(docs, name)];
    expect(headingsOf(own)).toEqual(headingsOf(english));
    expect(codeOf(own)).toEqual(codeOf(english));
    expect(firstColumnsOf(own)).toEqual(firstColumnsOf(english));
    expect(sentencesOf(own)).toEqual(sentencesOf(english));
    expect(namesOf(own)).toEqual(namesOf(english));
    // It is a translation: most lines of prose have Chinese characters.
    const prose = withoutCode(own)
      .split('\n')
      .filter((line) => /^[*\p{L}]/u.test(line));
    expect(prose.filter((line) => /\p{Script=Han}/u.test(line)).length).toBeGreaterThan(prose.length * 0.9);
  },
);

test.each(names)('the links of docs/zh-CN/%s lead to files', (name) => {
  for (const [, target] of pageOf(chinese, name).matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)) {
    if (/^https?:/.test(target!)) continue;
    expect([target, existsSync(resolve(chinese, dirname(target!), target!.split('/').at(-1)!))]).toEqual([
      target,
      true,
    ]);
  }
});
