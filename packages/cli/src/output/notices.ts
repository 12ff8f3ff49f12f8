import type { CommandRun } from '../command-run.js';
import { colors } from './colors.js';

/** Lines for people on standard error, apart from the data on standard output. */

export function notice(run: CommandRun, text: string): void {
  run.stderr.write(`pulsemq: ${text}\n`);
}

/** A notice about lost data, or about what may lose data. */
export function warning(run: CommandRun, text: string): void {
  run.stderr.write(`${colors(run.stderr, run.env).yellow(`pulsemq: ${text}`)}\n`);
}
