import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const docs = resolve(import.meta.dirname, '../../docs');
const text = readFileSync(join(docs, 'fabric.md'), 'utf8');
const sentences = [...text.matchAll(/^\* \*\*F(\d+)\*\* (.+)$/gm)];

test('the sentences of docs/fabric.md are numbered without a gap', () => {
  expect(sentences.map(([, number]) => Number(number))).toEqual(sentences.map((_, index) => index + 1));
});

test.each(sentences.map(([, number, sentence]) => [`F${number}`, sentence!]))(
  '%s links a test that is there',
  (_, sentence) => {
    const link = /\[test\]\((\S+) "([^"]*)"\)$/.exec(sentence);
    expect(link, 'no link').not.toBeNull();
    expect(readFileSync(join(docs, link![1]!), 'utf8')).toContain(link![2]);
  },
);
