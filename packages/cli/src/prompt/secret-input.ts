import type { Readable } from 'node:stream';
import { usageError } from '../exit-code.js';
import { lines } from '../input/lines.js';
import { askSecret, canAsk } from './ask.js';

/** A secret from the next line of standard input where that is no terminal, else asked for. */
export async function secretInput(question: string): Promise<string> {
  const secret = canAsk() ? await askSecret(question) : await nextLine();
  if (secret !== '') return secret;
  throw usageError('the secret is empty; it is read from a line of standard input, or asked for on a terminal');
}

/** Of each input, since a second secret is its second line. */
const linesOf = new WeakMap<Readable, AsyncGenerator<Buffer>>();

async function nextLine(): Promise<string> {
  const input = process.stdin;
  const inputLines = linesOf.get(input) ?? lines(input);
  linesOf.set(input, inputLines);
  const { value } = await inputLines.next();
  return value === undefined ? '' : (value as Buffer).toString('utf8');
}
