import { usageError } from '../exit-code.js';
import { lines } from '../input/lines.js';
import { askSecret, canAsk } from './ask.js';

/** A secret from the next line of standard input where that is no terminal, else asked for. */
export async function secretInput(question: string): Promise<string> {
  const secret = canAsk() ? await askSecret(question) : await nextLine();
  if (secret !== '') return secret;
  throw usageError('the secret is empty; it is read from a line of standard input, or asked for on a terminal');
}

/** One after the other: a second secret is the second line. */
let inputLines: AsyncGenerator<Buffer> | null = null;

async function nextLine(): Promise<string> {
  inputLines ??= lines(process.stdin);
  const { value } = await inputLines.next();
  return value === undefined ? '' : (value as Buffer).toString('utf8');
}
