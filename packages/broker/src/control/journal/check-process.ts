import { setPriority } from 'node:os';
import type { JournalCheck } from '@pulsemq/protocol';
import { indexName, segmentName } from '../../journal/file-names.js';
import { ReadOnlyFiles } from '../../journal/node-files.js';
import { verifySegment } from '../../journal/verify.js';
import { errorText } from '../error-text.js';

/** Reads every byte of one segment, in a process of its own: 256 MiB take about a second, which the broker must not spend on its own threads. */

/** What the process is asked. */
export interface SegmentQuestion {
  readonly folder: string;
  readonly segment: number;
}

/** What it answers. `check` is null for a segment that does not exist. */
export type SegmentAnswer =
  | { readonly kind: 'checked'; readonly check: JournalCheck | null }
  | { readonly kind: 'failed'; readonly text: string };

/** Damaged places that an answer lists. */
const damageMaxCount = 1_000;
/** Nice value: the check waits for everything else on the machine. */
const niceness = 19;

if (process.platform !== 'win32') setPriority(niceness);

process.once('message', (question: SegmentQuestion) => {
  process.send?.(answerTo(question), () => process.exit());
});
process.once('disconnect', () => process.exit());

function answerTo({ folder, segment }: SegmentQuestion): SegmentAnswer {
  try {
    return { kind: 'checked', check: checkOf(folder, segment) };
  } catch (error) {
    return { kind: 'failed', text: errorText(error) };
  }
}

function checkOf(folder: string, segment: number): JournalCheck | null {
  const files = new ReadOnlyFiles(folder);
  const names = namesIn(files);
  if (!names.has(segmentName(segment))) return null;
  const { messageCount, damages, gaps, indexProblem } = verifySegment(files, segment, names);
  return {
    number: segment,
    message_count: messageCount,
    damages: damages
      .slice(0, damageMaxCount)
      .map(({ at, end, isTail, reason }) => ({ from_byte: at, to_byte: end, is_end: isTail, reason })),
    missing_total: gaps.reduce((sum, { count }) => sum + count, 0),
    index_problem: names.has(indexName(segment)) ? indexProblem : null,
  };
}

/** None for a folder that was not made yet. */
function namesIn(files: ReadOnlyFiles): ReadonlySet<string> {
  try {
    return new Set(files.list());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}
