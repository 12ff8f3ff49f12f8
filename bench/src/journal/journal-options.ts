import { parseArgs } from 'node:util';
import { UsageError } from '../options.js';

export const usage = `Usage: npm run bench:journal -- [options]

Publishes messages of 100 bytes to a broker that keeps them, until its journal has the wanted
size. Then measures how long a restart takes until the broker is ready, how long 100 messages
of one topic take, and how fast everything is replayed. Prints one line for each figure, with
its bound. Fails where a message is missing. The journal is in the folder for temporary files,
or in that of TMPDIR, and is removed at the end.

  --gigabytes <number>  size of the journal (default 0.2); the bounds are for 10
  --topics <count>      topics (default 10000)
  --fills <count>       questions for 100 messages (default 500)
  --replay <count>      messages of a replay, at most (default 10000000)
  --help                print this text

Example:
  npm run bench:journal -- --gigabytes 10

Measure on a machine without other load. Caches of the disk are emptied where the system
allows it (Linux, as root); else the table says that they were warm.`;

export interface JournalOptions {
  readonly journalBytes: number;
  readonly topicCount: number;
  readonly fillCount: number;
  /** Messages of a replay, at most. */
  readonly replayCount: number;
  readonly help: boolean;
}

const gigabyte = 1e9;

/** Throws a UsageError. */
export function parseJournalOptions(args: readonly string[]): JournalOptions {
  const { gigabytes, topics, fills, replay, help = false } = parsed(args);
  return {
    journalBytes: gigabyte * numberOf('gigabytes', gigabytes, 0.001, 1_000, 0.2),
    topicCount: Math.floor(numberOf('topics', topics, 1, 100_000, 10_000)),
    fillCount: Math.floor(numberOf('fills', fills, 1, 1_000_000, 500)),
    replayCount: Math.floor(numberOf('replay', replay, 1, 1_000_000_000, 10_000_000)),
    help,
  };
}

function numberOf(name: string, text: string | undefined, min: number, max: number, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} takes a number from ${min} to ${max}, not ${text}`);
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { gigabytes: text, topics: text, fills: text, replay: text, help: { type: 'boolean' } as const };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
