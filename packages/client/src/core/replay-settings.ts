import type { ReplayOptions } from '@pulsemq/protocol';
import { badOption, integer, oneOf } from './option-checks.js';
import type { SubscribeSettings } from './subscribe-settings.js';

/** Options of a replay. A message belongs to it when it is in all of the ranges. */
export interface ReplaySettings
  extends Pick<SubscribeSettings, 'onMessage' | 'queueLimit' | 'queueLimitBytes' | 'signal'> {
  /** First time of receipt by the broker, included: a Date, or Unix milliseconds. Default: the oldest message that is stored. */
  readonly from?: Date | number;
  /** End of the time, not included. Default: the newest message when the replay begins. */
  readonly to?: Date | number;
  /** First sequence of each topic, included, from 1. */
  readonly fromSequence?: number;
  /** Last sequence of each topic, included. */
  readonly toSequence?: number;
  /** How many times as fast as the messages came, 0.01 to 100,000. Default `full`: as fast as they are read and iterated. */
  readonly speed?: number | 'full';
  /** Goes on with new messages when it has reached the present. Not together with `to` and `toSequence`. Default false. */
  readonly follow?: boolean;
}

/**
 * Where a replay is to go on. What is not given stays as it is; a new `from` or `fromSequence` takes the place of both.
 */
export type ReplaySeek = Pick<ReplaySettings, 'from' | 'to' | 'fromSequence' | 'toSequence' | 'speed'>;

/** The settings of a replay after a seek. */
export function settingsAfterSeek(present: ReplaySettings, to: ReplaySeek): ReplaySettings {
  if (typeof to !== 'object' || to === null) throw badOption('to', to, 'an object such as { from }');
  const { from: _from, fromSequence: _fromSequence, ...others } = present;
  const hasStart = to.from !== undefined || to.fromSequence !== undefined;
  return { ...(hasStart ? others : present), ...to };
}

const speedMin = 0.01;
const speedMax = 100_000;

/** The options of SUB for these settings. Throws a PulseMQError `PMQ_BAD_OPTION`. */
export function replayOptionsOf(settings: ReplaySettings): ReplayOptions {
  if (typeof settings !== 'object' || settings === null)
    throw badOption('settings', settings, 'an object such as { from }');
  const { from, to, fromSequence, toSequence, speed = 'full', follow = false } = settings;
  oneOf('follow', follow, [true, false]);
  if (follow && (to !== undefined || toSequence !== undefined)) {
    throw badOption('follow', follow, 'false together with to or toSequence: it goes on without an end');
  }
  const [from_us, to_us] = [timeUs('from', from), timeUs('to', to)];
  if (to_us !== undefined && to_us <= (from_us ?? 0)) throw badOption('to', to, 'a time later than from');
  if (fromSequence !== undefined) integer('fromSequence', fromSequence, 1, Number.MAX_SAFE_INTEGER);
  if (toSequence !== undefined) integer('toSequence', toSequence, fromSequence ?? 1, Number.MAX_SAFE_INTEGER);
  return {
    ...(from_us !== undefined && { from_us }),
    ...(to_us !== undefined && { to_us }),
    ...(fromSequence !== undefined && { from_sequence: fromSequence }),
    ...(toSequence !== undefined && { to_sequence: toSequence }),
    ...(speed !== 'full' && { speed: speedOf(speed) }),
    ...(follow && { follow }),
  };
}

function speedOf(speed: number): number {
  if (typeof speed === 'number' && speed >= speedMin && speed <= speedMax) return speed;
  throw badOption('speed', speed, `"full", or a number from ${speedMin} to ${speedMax}`);
}

/** Microseconds of a time, so that `receivedAt` of a message is exact. */
function timeUs(name: string, time: Date | number | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = time instanceof Date ? time.getTime() : time;
  if (typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER / 1_000) return Math.round(ms * 1_000);
  throw badOption(name, time instanceof Date ? String(time) : time, 'a Date, or Unix milliseconds from 0');
}
