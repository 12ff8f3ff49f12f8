import { copyBytes } from '../../fanout/batch/copy-bytes.js';
import type { SharedMemory, StoredValue } from '../../fanout/batch/stored-value.js';

/** Bytes of one segment: the longest read fits. */
const segmentBytes = 262_144;
/** Segments at most, 4 MiB beside the limit of last values: enough for 10,000 topics of 300 bytes that are published in turn. */
const segmentMaxCount = 16;
/** A segment is emptied when at most this share of what came into it is left. */
const emptiedShare = 1 / 8;

/** Memory for copies of reads, and the values that were put into it. */
class Segment implements SharedMemory {
  readonly buffer = Buffer.allocUnsafeSlow(segmentBytes);
  readonly fields = new DataView(this.buffer.buffer);
  endBytes = 0;
  valueCount = 0;
  /** Every value that has come, whether it is still here or not. */
  readonly came: StoredValue[] = [];
  cameCount = 0;
}

/**
 * Copies of whole reads, in which last values lie until newer ones take their place. One copy of a whole read costs a fifth of a copy for each of
 * its messages. A segment is used again when its values have newer ones; the few that have none move to their own places first.
 */
export class ReadCopies {
  readonly #segments: Segment[] = [];
  #segment: Segment | null = null;

  /** Copies the bytes [start, end) of a read. Returns the offset of the copy; null if there is no room, and the caller then copies each value alone. */
  copy(buf: Buffer, start: number, end: number): number | null {
    const bytes = end - start;
    let segment = this.#segment;
    if (segment === null || segment.endBytes + bytes > segmentBytes) {
      segment = bytes > segmentBytes ? null : this.#emptySegment();
      this.#segment = segment;
      if (segment === null) return null;
    }
    const at = segment.endBytes;
    segment.buffer.set(buf.subarray(start, end), at);
    segment.endBytes += bytes;
    return at;
  }

  /** A value lies at this offset of the last copy. */
  place(value: StoredValue, at: number): void {
    const segment = this.#segment!;
    value.moveTo(segment, at);
    segment.came[segment.cameCount++] = value;
  }

  #emptySegment(): Segment | null {
    let emptiest: Segment | null = null;
    for (const segment of this.#segments) {
      if (segment.valueCount === 0) return emptied(segment);
      if (emptiest === null || segment.valueCount < emptiest.valueCount) emptiest = segment;
    }
    if (this.#segments.length < segmentMaxCount) {
      const segment = new Segment();
      this.#segments.push(segment);
      return segment;
    }
    return emptiest!.valueCount <= emptiest!.cameCount * emptiedShare ? emptied(emptiest!) : null;
  }
}

/** Moves what is left in a segment to places of its own. */
function emptied(segment: Segment): Segment {
  for (let index = 0; segment.valueCount > 0; index++) {
    const value = segment.came[index]!;
    if (value.shared === segment) moveToOwnPlace(value);
  }
  segment.endBytes = 0;
  segment.cameCount = 0;
  return segment;
}

function moveToOwnPlace(value: StoredValue): void {
  const { memory, start, bodyEnd, end } = value;
  value.leaveShared();
  copyBytes(memory.buffer, start, end, value.memory, value.start);
  value.bodyEnd = value.start + bodyEnd - start;
  value.end = value.start + end - start;
}
