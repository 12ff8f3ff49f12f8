import { parseArgs } from 'node:util';
import { UsageError } from '../options.js';

export const usage = `Usage: npm run bench:market -- [options]

Measures what a price subscriber notices: snapshots, conflation, paced screens, statuses, and
what last values cost. Prints one line for each figure, with its bound. Fails where a delivery
violates the protocol (a gap, a duplicate, an older value after a newer one, a wrong count), and
where a bound is missed by more than ten times.

  --only <names>     scenarios, separated by commas; a * at the end of a name matches any rest
  --seconds <count>  length of conflate-stopped (default 60), paced-screens (10) and of each run
                     of last-values (3)
  --quick            small sizes, to check correctness; bounds are not judged
  --list             list the scenarios
  --help             print this text

Examples:
  npm run bench:market -- --only 'snapshot*'
  npm run bench:market -- --only conflate-stopped --seconds 10

Measure on a machine without other load.`;

export interface MarketOptions {
  readonly only: readonly string[] | undefined;
  readonly seconds: number | undefined;
  readonly quick: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

const maxSeconds = 1_000;

/** Throws a UsageError. */
export function parseMarketOptions(args: readonly string[]): MarketOptions {
  const { only, seconds, quick = false, list = false, help = false } = parsed(args);
  const count = seconds === undefined ? undefined : Number(seconds);
  if (count !== undefined && !(count > 0 && count <= maxSeconds))
    throw new UsageError(`--seconds takes a number above 0 to ${maxSeconds}, not ${seconds}`);
  return { only: only?.split(','), seconds: count, quick, list, help };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { only: text, seconds: text, quick: flag, list: flag, help: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
