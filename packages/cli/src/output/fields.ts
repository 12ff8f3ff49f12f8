import type { CommandRun } from '../command-run.js';
import { colors } from './colors.js';
import { plainText } from './plain-text.js';
import { printLine } from './standard-output.js';

/** Prints one thing: a line for each field, with the values under each other. Values are escaped; a null is printed as `-`. */
export async function printFields(
  run: CommandRun,
  fields: readonly (readonly [name: string, value: string | number | boolean | null])[],
): Promise<void> {
  const width = Math.max(...fields.map(([name]) => name.length));
  const paint = colors(run.stdout, run.env);
  for (const [name, value] of fields) {
    await printLine(run, `${paint.bold(name.padEnd(width))}  ${value === null ? '-' : plainText(String(value))}`);
  }
}
