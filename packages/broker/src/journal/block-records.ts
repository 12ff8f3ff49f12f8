import { readU32, readU64 } from '@pulsemq/zmtp';
import { RecordOffset, recordHeadBytes } from './format.js';

/**
 * The records of a block, one after another, found by position. Loops call these instead of a generator: a replay reads a million messages
 * a second, and an object for each costs as much as its delivery.
 */

/** Where the record at an offset ends; -1 behind the last one, and for one that does not fit, which a good checksum rules out. */
export function recordEnd(records: Uint8Array, at: number): number {
  const framesAt = at + recordHeadBytes;
  if (framesAt > records.length) return -1;
  const end = framesAt + readU32(records, at + RecordOffset.bytes);
  return end > records.length ? -1 : end;
}

/** Offset of the record of a message; -1 where there is none. It goes through the block: an index may be wrong, and a payload may look like a record. */
export function findRecord(records: Uint8Array, topicNumber: number, sequence: number): number {
  for (let at = 0, end = recordEnd(records, 0); end >= 0; at = end, end = recordEnd(records, at)) {
    if (readU32(records, at + RecordOffset.topic) !== topicNumber) continue;
    if (readU64(records, at + RecordOffset.sequence) === sequence) return at;
  }
  return -1;
}
