import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs');
const text = readFileSync(join(docs, 'protocol.md'), 'utf8');
const sentences = [...text.matchAll(/^\* \*\*P(\d+)\*\* (.+)$/gm)];

test('the sentences of docs/protocol.md are numbered without a gap', () => {
  expect(sentences.map(([, number]) => Number(number))).toEqual(sentences.map((_, index) => index + 1));
});

test.each(sentences.map(([, number, sentence]) => [`P${number}`, sentence!]))(
  '%s links a test that is there',
  (_, sentence) => {
    const link = /\[test\]\((\S+) "([^"]*)"\)$/.exec(sentence);
    expect(link, 'no link').not.toBeNull();
    expect(readFileSync(join(docs, link![1]!), 'utf8')).toContain(link![2]);
  },
);
