import { blockAtOffset, type SegmentIndex, type SequenceRun } from './segment-index.js';

/** Offsets that are read from an index at a time. */
const offsetsAtATime = 1_024;
/** With more than this part of the messages wanted, nearly every block has some of them. */
const mostParts = 8;

/** What is wanted of a segment. */
export interface WantedMessages {
  wants(key: string): boolean;
  /** Sequences of each topic, both included. */
  readonly fromSequence: number;
  readonly toSequence: number;
}

/** A mark for each block of a segment that has wanted messages; null where most blocks have some. */
export function wantedBlocks(index: SegmentIndex, wanted: WantedMessages): Uint8Array | null {
  const parts = wantedParts(index, wanted);
  const count = parts.reduce((sum, { start, end }) => sum + end - start, 0);
  if (count * mostParts > index.recordCount) return null;
  const marks = new Uint8Array(index.blockCount);
  for (const part of parts) markBlocks(index, part, marks);
  return marks;
}

/** Messages of a run with an index in [start, end). */
interface RunPart {
  readonly run: SequenceRun;
  readonly start: number;
  readonly end: number;
}

function wantedParts(index: SegmentIndex, { wants, fromSequence, toSequence }: WantedMessages): RunPart[] {
  const parts: RunPart[] = [];
  for (const { key, runs } of index.streams()) {
    if (!wants(key)) continue;
    for (const run of runs) {
      const start = Math.max(0, fromSequence - run.first);
      const end = Math.min(run.count, toSequence - run.first + 1);
      if (start < end) parts.push({ run, start, end });
    }
  }
  return parts;
}

/** Offsets of a run ascend, so its blocks are found one after the other. */
function markBlocks(index: SegmentIndex, { run, start, end }: RunPart, marks: Uint8Array): void {
  let block = -1;
  let nextAt = 0;
  for (let from = start; from < end; from += offsetsAtATime) {
    const offsets = run.offsets(from, Math.min(offsetsAtATime, end - from));
    for (let one = 0; one < offsets.length; one++) {
      const at = offsets[one]!;
      if (block >= 0 && at < nextAt) continue;
      block = blockAtOffset(index, at);
      if (block < 0) continue;
      nextAt = block + 1 < index.blockCount ? index.block(block + 1).at : Number.POSITIVE_INFINITY;
      marks[block] = 1;
    }
  }
}

/** A segment has wanted messages. */
export const hasWanted = (index: SegmentIndex, wanted: WantedMessages): boolean =>
  wantedParts(index, wanted).length > 0;
