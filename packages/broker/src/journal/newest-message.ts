import { readI64 } from '@pulsemq/zmtp';
import { recordEnd } from './block-records.js';
import { indexName, segmentName } from './file-names.js';
import type { JournalFiles } from './file-port.js';
import { RecordOffset } from './format.js';
import { SegmentReader } from './segment-reader.js';
import { StoredIndex } from './stored-index.js';

/**
 * When the newest message of a segment was received, or until when messages were left out of one that has none; Unix microseconds. An index
 * has the time of the first message of each block, so the last block is read. 0 where nothing says it.
 */
export function newestMessageUs(files: JournalFiles, number: number): number {
  const index = openIndex(files, number);
  const segment = new SegmentReader(number, files.open(segmentName(number)), typeof index === 'string' ? null : index);
  try {
    const last = segment.index.blockCount - 1;
    if (last < 0) return segment.leadingGap()?.to_us ?? 0;
    return Math.max(segment.index.block(last).timeUs, newestIn(segment.messagesInBlock(last)));
  } finally {
    segment.close();
  }
}

/** The index file of a segment, or what is wrong with it. */
export function openIndex(files: JournalFiles, number: number): StoredIndex | string {
  if (!files.list().includes(indexName(number))) return 'missing';
  const file = files.open(indexName(number));
  const index = StoredIndex.open(file, number);
  if (typeof index === 'string') file.close();
  return index;
}

function newestIn(records: Buffer | undefined): number {
  let newest = 0;
  if (records === undefined) return newest;
  for (let at = 0, end = recordEnd(records, 0); end >= 0; at = end, end = recordEnd(records, at)) {
    newest = Math.max(newest, readI64(records, at + RecordOffset.receivedUs));
  }
  return newest;
}
