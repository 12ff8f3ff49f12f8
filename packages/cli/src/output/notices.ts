import type { CommandRun } from '../command-run.js';
import { colors } from './colors.js';

/** Lines for people on standard error: what the data on standard output does not tell. */

export function notice(run: CommandRun, text: string): void {
  run.stderr.write(`pulsemq: ${text}\n`);
}

/** A loss, or what may become one. */
export function warning(run: CommandRun, text: string): void {
  run.stderr.write(`${colors(run.stderr, run.env).yellow(`pulsemq: ${text}`)}\n`);
}
