import type { ReplayOptions } from '@pulsemq/protocol';
import { parsePlace } from '../../../journal/place.js';
import { isBoolean, isIntegerOf, type Option, problemOf } from './option.js';

/** The values of the option `replay` of SUB. */

const speedMin = 0.01;
const speedMax = 100_000;

const timeOption: Option = {
  allowed: '0 to 9007199254740991, Unix microseconds',
  accepts: (value) => isIntegerOf(value, 0, Number.MAX_SAFE_INTEGER),
};
const sequenceOption: Option = {
  allowed: '1 to 9007199254740991',
  accepts: (value) => isIntegerOf(value, 1, Number.MAX_SAFE_INTEGER),
};

export const replayOptions: Readonly<Record<keyof ReplayOptions, Option>> = {
  from_us: timeOption,
  to_us: timeOption,
  from_sequence: sequenceOption,
  to_sequence: sequenceOption,
  speed: {
    allowed: `"full", or a factor from ${speedMin} to ${speedMax}`,
    accepts: (value) => value === 'full' || (typeof value === 'number' && value >= speedMin && value <= speedMax),
  },
  follow: { allowed: 'true, false', accepts: isBoolean },
  place: {
    allowed: 'the place of a REPLAY_PLACE',
    accepts: (value) => typeof value === 'string' && parsePlace(value) !== undefined,
  },
  skip: {
    allowed: '0 to 9007199254740991',
    accepts: (value) => isIntegerOf(value, 0, Number.MAX_SAFE_INTEGER),
  },
};

/** What is wrong with a replay that was asked for; undefined when nothing is. `given` is an object, or undefined without a replay. */
export function replayProblem(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  const problem = problemOf('replay', given as Record<string, unknown>, replayOptions);
  if (problem !== undefined) return problem;
  const { from_us = 0, to_us, from_sequence = 1, to_sequence, follow } = given as ReplayOptions;
  if (to_us !== undefined && to_us <= from_us)
    return `replay option to_us is ${to_us}, it must be later than from_us, ${from_us}`;
  if (to_sequence !== undefined && to_sequence < from_sequence)
    return `replay option to_sequence is ${to_sequence}, it must not be less than from_sequence, ${from_sequence}`;
  if (follow === true && (to_us !== undefined || to_sequence !== undefined))
    return 'replay option follow goes on without an end; leave out to_us and to_sequence';
  return undefined;
}
