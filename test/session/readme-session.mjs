// The session that the READMEs print: what is typed, and what is answered.
import { readFileSync } from 'node:fs';

/** The steps of the session in a README. */
export function sessionOf(path) {
  const [, block] = /```console\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8'));
  return block
    .split(/^\$ /m)
    .filter((text) => text !== '')
    .map((text) => ({ typed: text.split('\n')[0], answer: text.split('\n').slice(1).join('\n') }));
}

/** Times and durations are never the same twice. */
export const masked = (text) => text.replace(/\d\d:\d\d:\d\d\.\d{3}/g, 'TIME').replace(/\d+\.\d\d s/g, 'DURATION');
