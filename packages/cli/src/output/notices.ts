import { colors } from './colors.js';

/** Lines for people on standard error: what the data on standard output does not tell. */

export function notice(text: string): void {
  process.stderr.write(`pulsemq: ${text}\n`);
}

/** A loss, or what may become one. */
export function warning(text: string): void {
  process.stderr.write(`${colors(process.stderr).yellow(`pulsemq: ${text}`)}\n`);
}
