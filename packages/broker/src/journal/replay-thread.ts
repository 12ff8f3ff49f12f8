import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { JournalReader } from './journal-reader.js';
import { ReadOnlyFiles } from './node-files.js';
import { PageMemory } from './page-memory.js';
import { ReplayCursor } from './replay-cursor.js';
import { emptyPage, type ReplayPage } from './replay-query.js';
import { type Position, WrittenWatch } from './ring.js';
import type { ReaderData, ReplayPageRequest, ReplayRequest, ReplayResult } from './thread-messages.js';

/**
 * The thread that reads the journal for replays. It is not the one that fills gaps: a replay at full speed keeps it busy, and a gap must not
 * wait for that.
 */

/** How often it looks whether the writing thread has passed a position, and for how long. */
const lookMs = 1;
const waitMs = 2_000;
/** Segments that were removed are let go within this time, also while no page is asked for: until then their bytes stay on the disk. */
const refreshMs = 1_000;

/** Nice value (setpriority(2)) of this thread: when the cores are full, ticks go first. Linux alone has a priority for each thread. */
const niceness = 10;

if (parentPort === null) throw new Error('journal/replay-thread.js runs as a worker thread only');
const port = parentPort;
if (process.platform === 'linux') setPriority(niceness);
const { folder, memory } = workerData as ReaderData;
const watch = new WrittenWatch(memory);
/** Replays that are not closed. */
const replays = new Set<number>();
const cursors = new Map<number, ReplayCursor>();
const pageMemory = new PageMemory();
let reader: JournalReader | null = null;
/** Runs while there are replays. */
let refreshing: NodeJS.Timeout | null = null;

port.on('message', (request: ReplayRequest) => {
  if (request.kind === 'close') return close(request.replay);
  if (request.kind === 'open') replays.add(request.replay);
  pageMemory.giveBack(request.spares);
  void answer(request);
});

async function answer(request: ReplayPageRequest): Promise<void> {
  const isPassed = request.position === null || (await hasPassed(request.position));
  const page = pageOf(request, isPassed);
  const { buffer } = page.bytes;
  port.postMessage({ id: request.id, page } satisfies ReplayResult, page.count > 0 ? [buffer as ArrayBuffer] : []);
}

async function hasPassed(position: Position): Promise<boolean> {
  const untilMs = performance.now() + waitMs;
  while (!watch.hasPassed(position) && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return watch.hasPassed(position);
}

function pageOf(request: ReplayPageRequest, isPassed: boolean): ReplayPage {
  if (!isPassed) return { ...emptyPage, isPassed };
  // It was closed while it waited.
  if (!replays.has(request.replay)) return { ...emptyPage, isEnd: true };
  try {
    const journal = opened();
    const cursor = cursorOf(request, journal);
    if (request.position !== null || cursor.isAtNewest) journal.refresh();
    return cursor.next(request);
  } catch (error) {
    return { ...emptyPage, problem: error instanceof Error ? error.message : String(error) };
  }
}

function cursorOf(request: ReplayPageRequest, journal: JournalReader): ReplayCursor {
  if (request.kind === 'next') return cursors.get(request.replay)!;
  const cursor = new ReplayCursor(journal, request.query, pageMemory);
  cursors.set(request.replay, cursor);
  return cursor;
}

function opened(): JournalReader {
  reader ??= new JournalReader(new ReadOnlyFiles(folder));
  refreshing ??= setInterval(refresh, refreshMs);
  return reader;
}

function refresh(): void {
  try {
    reader?.refresh();
  } catch {
    // The next page refreshes, too, and tells its reader what is wrong.
  }
}

/** The last replay closes the files. */
function close(replay: number): void {
  cursors.delete(replay);
  replays.delete(replay);
  if (replays.size > 0) return;
  if (refreshing !== null) clearInterval(refreshing);
  refreshing = null;
  reader?.close();
  reader = null;
  pageMemory.clear();
}
