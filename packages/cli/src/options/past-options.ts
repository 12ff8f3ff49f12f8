import type { ReplaySettings } from '@pulsemq/client';
import { type Command, InvalidArgumentError } from 'commander';
import { usageError } from '../exit-code.js';
import type { DeliveryFlags } from './delivery-options.js';
import { count, duration } from './parsers.js';
import { speed } from './speed.js';

/** Options that begin in the past, with the messages that the broker has stored. */
export interface PastFlags {
  readonly from?: Date | 'start';
  readonly to?: Date;
  readonly fromSequence?: number;
  readonly toSequence?: number;
  readonly speed?: number;
  readonly follow?: boolean;
}

export const addPastOptions = (command: Command): Command =>
  command
    .option(
      '--from <time>',
      'begin in the past, with stored messages: from a time such as 2026-11-30T09:30, from 2h ago with "2h", or from the "start"; the namespace must keep history',
      pastTime,
    )
    .option('--from-sequence <number>', 'begin in the past, at this sequence of each topic', count)
    .option('--to <time>', 'end before this time (default: the newest stored message)', endTime)
    .option('--to-sequence <number>', 'end with this sequence of each topic', count)
    .option('--speed <speed>', 'speed factor for stored messages, or "full" for no pauses (default: full)', speed)
    .option('--follow', 'after the stored messages, continue with new ones');

/** The settings of a replay; undefined for a subscription that begins now. Throws a usage error for options that do not go together. */
export function replaySettings(flags: PastFlags & DeliveryFlags, patternCount: number): ReplaySettings | undefined {
  const { from, to, fromSequence, toSequence, speed: factor, follow } = flags;
  if (from === undefined && fromSequence === undefined) {
    const given = [to && '--to', toSequence && '--to-sequence', factor && '--speed', follow && '--follow'];
    const first = given.find(Boolean);
    if (first) throw usageError(`${first} needs --from or --from-sequence: it is about stored messages`);
    return undefined;
  }
  const { last, onSlow, maxRate, status } = flags;
  const live = [last && '--last', onSlow && '--on-slow', maxRate && '--max-rate', status && '--status'].find(Boolean);
  if (live) throw usageError(`${live} does not go with --from and --from-sequence: it is about new messages`);
  if (follow && (to !== undefined || toSequence !== undefined)) {
    throw usageError('--follow goes on without an end: leave out --to and --to-sequence');
  }
  if (patternCount > 1) throw usageError('--from and --from-sequence take one pattern: give one, such as market:>');
  return {
    ...(from instanceof Date && { from }),
    ...(to !== undefined && { to }),
    ...(fromSequence !== undefined && { fromSequence }),
    ...(toSequence !== undefined && { toSequence }),
    ...(factor !== undefined && Number.isFinite(factor) && { speed: factor }),
    ...(follow && { follow }),
  };
}

const timePattern = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A time, or how long ago, or `start`. */
function pastTime(text: string): Date | 'start' {
  return text === 'start' ? text : endTime(text);
}

/** A time of this machine's time zone unless it says another, or how long ago. */
function endTime(text: string): Date {
  // Without a time of day, Date reads a date as UTC.
  const time = new Date(text.includes('T') ? text : `${text}T00:00`);
  if (timePattern.test(text) && !Number.isNaN(time.getTime())) return time;
  try {
    return new Date(Date.now() - duration(text));
  } catch {
    throw new InvalidArgumentError(
      'Expected a time such as 2026-11-30T09:30 or 2026-11-30, or how long ago, such as 30m or 2h.',
    );
  }
}
