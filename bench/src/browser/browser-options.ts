import { parseArgs } from 'node:util';
import { UsageError } from '../options.js';

export const usage = `Usage: npm run bench:browser -- [options]

Measures what web pages notice that read prices by WebSocket: a crowd of them, one that stops
reading, and the client library. Prints one line for each figure; those with a bound end with
HOLDS or DOES NOT HOLD. Fails where a bound is missed by more than ten times.

  --only <names>         scenarios, separated by commas; a * at the end of a name matches any rest
  --subscribers <count>  pages of the crowds (default 1000, and 100 through the admin port)
  --seconds <count>      length of each measurement (default 20; 5 for the client library)
  --quick                small sizes, to try the command; bounds are not judged
  --list                 list the scenarios
  --help                 print this text

Examples:
  npm run bench:browser -- --only crowd --subscribers 50 --seconds 5
  npm run bench:browser -- --only 'client-*'

Measure on a machine without other load.`;

export interface BrowserOptions {
  readonly only: readonly string[] | undefined;
  readonly subscribers: number | undefined;
  readonly seconds: number | undefined;
  readonly quick: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

const maxSeconds = 1_000;
const maxSubscribers = 10_000;

/** Throws a UsageError. */
export function parseBrowserOptions(args: readonly string[]): BrowserOptions {
  const { only, subscribers, seconds, quick = false, list = false, help = false } = parsed(args);
  const subscriberCount = numberOf('subscribers', subscribers, maxSubscribers);
  if (subscriberCount !== undefined && !Number.isInteger(subscriberCount))
    throw new UsageError(`--subscribers takes a whole number, not ${subscribers}`);
  return {
    only: only?.split(','),
    subscribers: subscriberCount,
    seconds: numberOf('seconds', seconds, maxSeconds),
    quick,
    list,
    help,
  };
}

function numberOf(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new UsageError(`--${name} takes a number above 0 to ${most}, not ${text}`);
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { only: text, subscribers: text, seconds: text, quick: flag, list: flag, help: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
