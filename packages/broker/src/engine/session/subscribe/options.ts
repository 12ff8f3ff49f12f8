import type { ReplayOptions } from '@pulsemq/protocol';
import { type SlowPolicy, slowPolicies } from '../../fanout/subscriber/policy.js';
import { laneMaxCount } from '../lane.js';
import { parseObject } from '../wire/json-object.js';
import { malformed, type Refusal } from '../wire/refusal.js';
import { isBoolean, isIntegerOf, isObject, type Option, problemOf } from './option.js';
import { replayOptions, replayProblem } from './replay-options.js';

/** What a SUB or an UNSUB asks for. Absent options are undefined. */
export interface SubscriptionOptions {
  readonly lane: number;
  readonly onSlow: SlowPolicy | undefined;
  readonly maxRate: number | undefined;
  readonly snapshot: boolean;
  readonly status: boolean;
  /** Echoed in SNAPSHOT_END, REPLAY_PLACE and REPLAY_END. */
  readonly request: number;
  readonly replay: ReplayOptions | undefined;
}

const laneOption: Option = {
  allowed: `0 to ${laneMaxCount - 1}`,
  accepts: (value) => isIntegerOf(value, 0, laneMaxCount - 1),
};

/** An option that is missing here fails the type check. */
const subOptions: Readonly<Record<keyof SubscriptionOptions, Option>> = {
  lane: laneOption,
  onSlow: {
    allowed: slowPolicies.map((policy) => `"${policy}"`).join(', '),
    accepts: (value) => slowPolicies.some((policy) => policy === value),
  },
  maxRate: {
    allowed: '0.01 to 1000 updates a second',
    accepts: (value) => typeof value === 'number' && value >= 0.01 && value <= 1_000,
  },
  snapshot: { allowed: 'true, false', accepts: isBoolean },
  status: { allowed: 'true, false', accepts: isBoolean },
  request: { allowed: '0 to 4294967295', accepts: (value) => isIntegerOf(value, 0, 0xffff_ffff) },
  replay: { allowed: `an object with ${Object.keys(replayOptions).join(', ')}`, accepts: isObject },
};

const unsubOptions: Readonly<Record<string, Option>> = { lane: laneOption };

/**
 * Reads the payload of SUB: empty, or a JSON object of options. An unknown option or value is refused, not ignored, and the refusal lists what is
 * allowed.
 */
export const parseSubOptions = (payload: string | undefined): SubscriptionOptions | Refusal =>
  parse('SUB', payload, subOptions);

/** Reads the payload of UNSUB: empty, or `{"lane"}`. */
export const parseUnsubOptions = (payload: string | undefined): SubscriptionOptions | Refusal =>
  parse('UNSUB', payload, unsubOptions);

function parse(
  request: string,
  payload: string | undefined,
  options: Readonly<Record<string, Option>>,
): SubscriptionOptions | Refusal {
  const given = payload === '' ? {} : parseObject(payload);
  if (given === undefined) return malformed(`the payload of ${request} must be empty or a JSON object of options`);
  const problem = problemOf('subscription', given, options) ?? replayProblem(given.replay);
  if (problem !== undefined) return malformed(problem);
  return {
    lane: 0,
    onSlow: undefined,
    maxRate: undefined,
    snapshot: false,
    status: false,
    request: 0,
    replay: undefined,
    ...(given as Partial<SubscriptionOptions>),
  };
}
