import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs');
/** Documents whose sentences are numbered, and the letter of their numbers. */
const documents = [
  ['protocol.md', 'P'],
  ['journal-format.md', 'J'],
] as const;

const sentencesOf = (document: string, letter: string): RegExpMatchArray[] => [
  ...readFileSync(join(docs, document), 'utf8').matchAll(new RegExp(`^\\* \\*\\*${letter}(\\d+)\\*\\* (.+)$`, 'gm')),
];

test.each(documents)(
  'the sentences of docs/%s are numbered in order, and no number is used twice',
  (document, letter) => {
    const numbers = sentencesOf(document, letter).map(([, number]) => Number(number));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  },
);

const sentences = documents.flatMap(([document, letter]) =>
  sentencesOf(document, letter).map(([, number, sentence]) => [`${letter}${number}`, sentence!] as const),
);

test.each(sentences)('%s links a test that is there', (_, sentence) => {
  const link = /\[test\]\((\S+) "([^"]*)"\)$/.exec(sentence);
  expect(link, 'no link').not.toBeNull();
  expect(readFileSync(join(docs, link![1]!), 'utf8')).toContain(link![2]);
});
