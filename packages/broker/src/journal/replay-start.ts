import { type JournalPlace, placeText } from './place.js';
import type { ReplayQuery } from './replay-query.js';
import { lastWhere } from './segment-index.js';
import type { SegmentReader } from './segment-reader.js';
import { hasWanted } from './wanted-blocks.js';

/** Where a replay begins. */
export interface ReplayStart {
  /** Null in a journal without messages. */
  readonly segment: SegmentReader | null;
  /** The offset in it from which on blocks are read; 0 for its beginning. */
  readonly at: number;
  /** Retention has removed messages of before this time that were asked for; null where it has not. */
  readonly removedUntilUs: number | null;
  /** The place that it was to go on at has been removed. */
  readonly isPlaceGone: boolean;
}

/** Finds where a replay begins. Throws when the place that it was to go on at is not in this journal. */
export function replayStart(
  segments: readonly SegmentReader[],
  query: ReplayQuery,
  wants: (key: string) => boolean,
): ReplayStart {
  if (query.place !== null) return atPlace(segments, query.place);
  const first = segments[0];
  if (first === undefined) return { segment: null, at: 0, removedUntilUs: null, isPlaceGone: false };
  return query.fromUs > 0 ? atTime(segments, first, query.fromUs) : atSequence(segments, first, query, wants);
}

function atPlace(segments: readonly SegmentReader[], place: JournalPlace): ReplayStart {
  const segment = segments.find(({ number }) => number >= place.segment);
  if (segment === undefined || (segment.number === place.segment && segment.seed !== place.seed)) {
    throw new Error(`the place ${placeText(place)} is not in the journal of this broker; begin at a time instead`);
  }
  if (segment.number === place.segment) return { segment, at: place.at, removedUntilUs: null, isPlaceGone: false };
  return { segment, at: 0, removedUntilUs: firstUs(segment), isPlaceGone: true };
}

/** The times of blocks never go back, also from one segment to the next. */
function atTime(segments: readonly SegmentReader[], first: SegmentReader, fromUs: number): ReplayStart {
  const filled = segments.filter(({ index }) => index.blockCount > 0);
  const at = lastWhere(filled.length, (index) => firstUs(filled[index]!) < fromUs);
  const isRemoved = at < 0 && first.number > 1;
  return {
    segment: filled[at] ?? first,
    at: 0,
    removedUntilUs: isRemoved ? firstUs(first) : null,
    isPlaceGone: false,
  };
}

function atSequence(
  segments: readonly SegmentReader[],
  first: SegmentReader,
  { fromSequence, toSequence }: ReplayQuery,
  wants: (key: string) => boolean,
): ReplayStart {
  const none = { at: 0, removedUntilUs: null, isPlaceGone: false };
  if (fromSequence <= 1) return { ...none, segment: first };
  for (const segment of segments) {
    segment.checkIndex();
    if (!hasWanted(segment.index, { wants, fromSequence, toSequence })) continue;
    const isRemoved = first.number > 1 && beginsLater(segment, fromSequence, wants);
    return { ...none, segment, removedUntilUs: isRemoved ? firstUs(segment) : null };
  }
  // Nothing of it is stored yet.
  return { ...none, segment: segments.at(-1)! };
}

/** A wanted topic begins behind the sequence in this segment. One that begins with 1 is new there. */
function beginsLater(segment: SegmentReader, fromSequence: number, wants: (key: string) => boolean): boolean {
  for (const { key, runs } of segment.index.streams()) {
    if (wants(key) && runs[0]!.first > Math.max(1, fromSequence)) return true;
  }
  return false;
}

/** When the oldest message of a segment came; now for one without messages. */
export const firstUs = ({ index }: SegmentReader): number =>
  index.blockCount === 0 ? Date.now() * 1_000 : index.block(0).timeUs;
