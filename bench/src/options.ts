import { parseArgs } from 'node:util';

export const usage = `Usage: npm run bench -- [options]

Measures PulseMQ against every peer found on this machine, one after the other in each round, and
prints medians, ratios and whether what must hold holds. Everything is started and stopped by it.

  --only <names>     workloads, joined by commas; a name ending in * stands for all that begin so
  --peers <names>    peers, joined by commas; PulseMQ is always among them
  --rounds <count>   rounds of each workload (default 3, for latency 5)
  --seconds <count>  measured time of a run (default 3)
  --quick            one round of one second, to see that it works
  --json <file>      keep every figure of every run
  --plot <file>      draw the ratios and the delays (SVG)
  --profile <dir>    write CPU profiles of our broker, one for each thread
  --list             list the workloads, their peers and what must hold
  --help             this text

Examples:
  npm run bench -- --quick --only 'ticks-*' --peers NATS
  npm run bench -- --only latency-100k --rounds 9 --json latency.json --plot latency.svg
  npm run bench -- --quick --only ticks-1-1 --peers none --profile /tmp/profiles

Measure on a machine that does nothing else. npm run bench:peers installs the peers.`;

export interface Options {
  readonly only: readonly string[] | undefined;
  readonly peers: readonly string[] | undefined;
  readonly rounds: number | undefined;
  readonly seconds: number;
  readonly json: string | undefined;
  readonly plot: string | undefined;
  readonly profile: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** A command line that cannot be carried out; the text says what would be right. */
export class UsageError extends Error {}

/** Throws a UsageError naming the option, its value and what it takes. */
export function parseOptions(args: readonly string[]): Options {
  const given = parsed(args);
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

/** The items chosen by name, `*` at the end standing for any rest. Throws a UsageError for a name that nothing has. */
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
    throw new UsageError(`there is no ${what} ${unknown}; there are ${items.map(({ name }) => name).join(', ')}`);
  }
  return items.filter((item) => names.some((name) => matches(name, item)));
}
