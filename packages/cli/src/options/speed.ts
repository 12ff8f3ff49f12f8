import { InvalidArgumentError } from 'commander';
import { positive } from './parsers.js';

/** `full`, or a factor such as `10` or `10x`. */
export function speed(text: string): number {
  if (text === 'full') return Number.POSITIVE_INFINITY;
  try {
    return positive(text.replace(/x$/, ''));
  } catch {
    throw new InvalidArgumentError('Expected a number above 0, such as 1, 0.5 or 10, or "full".');
  }
}
