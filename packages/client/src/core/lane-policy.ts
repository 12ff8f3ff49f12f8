import { Feature, type SubscribeOptions } from '@pulsemq/protocol';
import { badOption, oneOf } from './option-checks.js';

/**
 * What the broker does when a subscriber is slow: drop the oldest messages that wait, drop new ones, deliver only the newest value of each
 * topic, or close the connection.
 */
export type SlowPolicy = 'dropOldest' | 'dropNewest' | 'conflate' | 'disconnect';

/** How a lane delivers. Subscriptions with the same policy share a lane. */
export interface LanePolicy {
  readonly onSlow: SlowPolicy;
  /** Updates a second for each topic; null without a limit. */
  readonly maxRate: number | null;
}

/** The policy of lane 0, which also brokers without lanes have. */
export const defaultPolicy: LanePolicy = { onSlow: 'dropOldest', maxRate: null };

const slowPolicies: readonly SlowPolicy[] = ['dropOldest', 'dropNewest', 'conflate', 'disconnect'];

/** Checks the options of a policy. Throws a PulseMQError `PMQ_BAD_OPTION`. */
export function policyOf(onSlow: SlowPolicy = defaultPolicy.onSlow, maxRate?: number): LanePolicy {
  if (maxRate !== undefined && !(typeof maxRate === 'number' && maxRate >= 0.01 && maxRate <= 1_000)) {
    throw badOption('maxRate', maxRate, 'a number of updates a second from 0.01 to 1000');
  }
  return { onSlow: oneOf('onSlow', onSlow, slowPolicies), maxRate: maxRate ?? null };
}

/** The policy options of a subscription, with the defaults of a platform. `maxRate` has one only beside the usual `onSlow`. */
export function withUsualPolicy<Settings extends { readonly onSlow?: SlowPolicy; readonly maxRate?: number }>(
  settings: Settings,
  usual: LanePolicy,
): Settings {
  const { onSlow = usual.onSlow, maxRate } = settings;
  const rate = maxRate ?? (onSlow === usual.onSlow ? usual.maxRate : null);
  return { ...settings, onSlow, ...(rate !== null && { maxRate: rate }) };
}

export const isSamePolicy = (one: LanePolicy, other: LanePolicy): boolean =>
  one.onSlow === other.onSlow && one.maxRate === other.maxRate;

/** A policy for error texts: `onSlow conflate, maxRate 4`. */
export const policyText = ({ onSlow, maxRate }: LanePolicy): string =>
  `onSlow ${onSlow}${maxRate === null ? '' : `, maxRate ${maxRate}`}`;

/** The options of SUB for a lane. Lane 0 needs none: a broker without lanes takes it, too. */
export const laneOptions = (lane: number, { onSlow, maxRate }: LanePolicy): SubscribeOptions =>
  lane === 0 ? {} : { lane, onSlow, ...(maxRate !== null && { maxRate }) };

/** The option for which a lane other than 0 is used. */
function laneOption({ onSlow, maxRate, replay }: SubscribeOptions): string {
  if (replay !== undefined) return 'replay';
  return onSlow === defaultPolicy.onSlow && maxRate !== undefined ? 'maxRate' : `onSlow ${onSlow}`;
}

/** The features that the options of a SUB need, and the option that needs each. */
export function neededFeatures(options: SubscribeOptions): readonly (readonly [feature: string, option: string])[] {
  const { lane = 0, snapshot, status, onSlow } = options;
  return [
    ...(lane === 0 ? [] : [[Feature.lanes, laneOption(options)] as const]),
    ...(onSlow === 'conflate' ? [[Feature.conflate, 'onSlow conflate'] as const] : []),
    ...(snapshot === true ? [[Feature.snapshot, 'snapshot'] as const] : []),
    ...(status === true ? [[Feature.status, 'status'] as const] : []),
  ];
}
