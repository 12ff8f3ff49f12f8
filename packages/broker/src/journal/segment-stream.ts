import type { JournalRecord } from './record.js';
import type { StreamRuns } from './segment-index.js';
import type { SegmentReader } from './segment-reader.js';

/** Offsets that are read from an index at a time. */
const offsetsAtATime = 1_024;

/** Where one message of a stream lies in a segment, as the index of the segment says. */
export interface StreamPlace {
  readonly stream: StreamRuns;
  readonly sequence: number;
  /** Offset of its record in the segment. */
  readonly at: number;
}

/** Messages of a stream in one segment. An index that does not agree with the blocks is given up, once. */
export function* readStream(
  segment: SegmentReader,
  epoch: number,
  key: string,
  from: number,
  to: number,
): Generator<JournalRecord> {
  let next = from;
  for (let isSecondTry = false; ; isSecondTry = true) {
    let isAgreed = true;
    for (const { stream, sequence, at } of places(segment, epoch, key, next, to)) {
      const record = segment.recordAt(stream, sequence, at);
      if (record !== undefined) {
        next = sequence + 1;
        yield record;
      } else if (segment.isIndexed && !isSecondTry) {
        isAgreed = false;
        break;
      }
    }
    if (isAgreed) return;
    segment.rebuild();
  }
}

/** Where the messages of a stream lie in one segment, as its index says, ascending by sequence. */
export function* places(
  segment: SegmentReader,
  epoch: number,
  key: string,
  from: number,
  to: number,
): Generator<StreamPlace> {
  for (const stream of segment.index.streamsOf(key)) {
    if (stream.epoch !== epoch) continue;
    for (const run of stream.runs) {
      const start = Math.max(0, from - run.first);
      const end = Math.min(run.count, to - run.first + 1);
      for (let index = start; index < end; index += offsetsAtATime) {
        const offsets = run.offsets(index, Math.min(offsetsAtATime, end - index));
        for (let one = 0; one < offsets.length; one++) {
          yield { stream, sequence: run.first + index + one, at: offsets[one]! };
        }
      }
    }
  }
}
