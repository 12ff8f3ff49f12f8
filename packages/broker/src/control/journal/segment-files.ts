import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalSegment } from '@pulsemq/protocol';
import { indexName, segmentName, segmentNumbers } from '../../journal/file-names.js';
import { decodeSegmentHead, segmentHeadBytes } from '../../journal/format.js';

/** Files that are looked at. */
export const segmentMaxCount = 1_000;

/** The files of a journal. */
export interface SegmentFiles {
  readonly segmentCount: number;
  /** Newest first, at most `segmentMaxCount`. */
  readonly segments: readonly JournalSegment[];
}

/** Looks at the files of a journal, which a broker may write at this moment. None for a folder that was not made yet. */
export async function segmentFiles(folder: string): Promise<SegmentFiles> {
  const names = await namesIn(folder);
  const numbers = segmentNumbers(names).reverse();
  const known = new Set(names);
  const segments: JournalSegment[] = [];
  for (const number of numbers.slice(0, segmentMaxCount)) {
    const segment = await segmentIn(folder, number, !known.has(indexName(number)));
    if (segment !== null) segments.push(segment);
  }
  return { segmentCount: numbers.length, segments };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Null for a file that retention has removed since its name was read. */
async function segmentIn(folder: string, number: number, isOpen: boolean): Promise<JournalSegment | null> {
  let file: FileHandle;
  try {
    file = await open(join(folder, segmentName(number)), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size, mtime } = await file.stat();
    const head = Buffer.alloc(segmentHeadBytes);
    await file.read(head, 0, segmentHeadBytes, 0);
    const decoded = decodeSegmentHead(head);
    const begunAt = typeof decoded === 'string' ? null : new Date(decoded.createdUs / 1_000).toISOString();
    return { number, bytes: size, begun_at: begunAt, written_at: mtime.toISOString(), is_open: isOpen };
  } finally {
    await file.close();
  }
}
