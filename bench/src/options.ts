import { parseArgs } from 'node:util';

export const usage = `Usage: npm run bench -- [options]

Measures PulseMQ and every peer found on this machine, and prints medians, ratios and bounds.
Within each round the peers run one after the other. The suite starts and stops every broker.

  --only <names>       workloads, separated by commas; a * at the end of a name matches any rest
  --peers <names>      peers, separated by commas, or none; PulseMQ always takes part
  --baseline <commit>  compare with another commit of this repository instead of with peers
  --rounds <count>     rounds of each workload (default 3 or 5, with --baseline 10)
  --seconds <count>    measured time of a run (default 3)
  --quick              one round of one second, to try the suite
  --json <file>        write every figure of every run
  --plot <file>        draw the ratios and the delays (SVG)
  --profile <dir>      write CPU profiles of the PulseMQ broker, one for each thread
  --list               list the workloads, their peers and their bounds
  --help               print this text

--baseline checks the commit out, installs and builds it in bench/.baselines, once for each
commit. It measures ticks-1-1, ticks-1-10, ticks-1-100 and different-interests unless --only
names others, prints the ratio of the present build to the commit beside that of the commit to
itself, and says whether CPU per delivery grows by at most 3 %.

Examples:
  npm run bench -- --quick --only 'ticks-*' --peers NATS
  npm run bench -- --only latency-100k --rounds 9 --json latency.json --plot latency.svg
  npm run bench -- --quick --only ticks-1-1 --peers none --profile /tmp/profiles
  npm run bench -- --baseline HEAD~1 --json comparison.json

Measure on a machine without other load. npm run bench:peers installs the peers.`;

export interface Options {
  readonly only: readonly string[] | undefined;
  readonly peers: readonly string[] | undefined;
  readonly baseline: string | undefined;
  readonly rounds: number | undefined;
  readonly seconds: number;
  readonly json: string | undefined;
  readonly plot: string | undefined;
  readonly profile: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** The command line is wrong. The text names the option, its value and what it takes. */
export class UsageError extends Error {}

/** Throws a UsageError. */
export function parseOptions(args: readonly string[]): Options {
  const given = parsed(args);
  refuseBeside(given);
  const number = (name: 'rounds' | 'seconds', fallback: number | undefined, wholeOnly: boolean): number | undefined => {
    const text = given[name];
    if (text === undefined) return given.quick === true ? 1 : fallback;
    const value = Number(text);
    if (!(value > 0) || value > 1_000 || (wholeOnly && !Number.isInteger(value))) {
      throw new UsageError(
        `--${name} takes ${wholeOnly ? 'a whole number from 1' : 'a number above 0'} to 1000, not ${text}`,
      );
    }
    return value;
  };
  return {
    only: given.only?.split(','),
    peers: given.peers?.split(','),
    baseline: given.baseline,
    rounds: number('rounds', undefined, true),
    seconds: number('seconds', 3, false)!,
    json: given.json,
    plot: given.plot,
    profile: given.profile,
    list: given.list === true,
    help: given.help === true,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: text,
        peers: text,
        baseline: text,
        rounds: text,
        seconds: text,
        json: text,
        plot: text,
        profile: text,
        quick: flag,
        list: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The charts draw peers, and the files of a profile do not tell which build they are of. */
function refuseBeside(given: ReturnType<typeof parsed>): void {
  if (given.baseline === undefined) return;
  const other = (['peers', 'plot', 'profile'] as const).find((name) => given[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--baseline and --${other} do not work together: leave one out`);
}

/** The items chosen by name; a `*` at the end of a name matches any rest. Throws a UsageError for a name that matches none. */
export function chosen<Item extends { readonly name: string }>(
  items: readonly Item[],
  names: readonly string[] | undefined,
  what: string,
): Item[] {
  if (names === undefined) return [...items];
  const matches = (name: string, item: Item): boolean =>
    name.endsWith('*') ? item.name.startsWith(name.slice(0, -1)) : item.name === name;
  const unknown = names.find((name) => !items.some((item) => matches(name, item)));
  if (unknown !== undefined) {
    throw new UsageError(`unknown ${what} ${unknown}; the names are ${items.map(({ name }) => name).join(', ')}`);
  }
  return items.filter((item) => names.some((name) => matches(name, item)));
}
