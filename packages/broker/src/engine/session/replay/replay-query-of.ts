import type { ReplayOptions } from '@pulsemq/protocol';
import { parsePlace } from '../../../journal/place.js';
import type { ReplayQuery } from '../../../journal/replay-query.js';

/** Time at the reader that one page spans, where a replay has a pace: its places come about as often. */
const pageSpanUs = 1_000_000;

/** What the journal is asked for, of options that were checked. */
export function queryOf(namespace: string, pattern: string, options: ReplayOptions, nowUs: number): ReplayQuery {
  const { from_us, to_us, from_sequence, to_sequence, speed = 'full', follow, place, skip } = options;
  return {
    namespace,
    pattern,
    // New messages are delivered whatever their time, so one that follows from a later time begins now.
    fromUs: follow === true ? Math.min(from_us ?? 0, nowUs) : (from_us ?? 0),
    toUs: to_us ?? Number.MAX_SAFE_INTEGER,
    fromSequence: from_sequence ?? 1,
    toSequence: to_sequence ?? Number.MAX_SAFE_INTEGER,
    place: place === undefined ? null : (parsePlace(place) ?? null),
    skipCount: skip ?? 0,
    follows: follow === true,
    pageSpanUs: speed === 'full' ? null : pageSpanUs * speed,
  };
}
