import { expect, test } from 'vitest';
import type { HistoryRow } from '../src/api/history.js';
import { Replay } from '../src/pages/topic/replay/replay.js';
import { replaySeries } from '../src/pages/topic/replay/replay-series.js';
import { type ReadRows, RowPages } from '../src/pages/topic/replay/row-pages.js';

const startMs = Date.UTC(2026, 10, 24, 1, 30);
const rowAt = (atMs: number, sequence: number): HistoryRow => ({
  _topic: 'a',
  _sequence: sequence,
  _received_at: new Date(startMs + atMs).toISOString(),
  price: sequence,
});

/** Answers from a list as the broker answers from a journal, and remembers the limits that it was asked with. */
function journalOf(rows: readonly HistoryRow[]): { readonly read: ReadRows; readonly limits: number[] } {
  const limits: number[] = [];
  const read: ReadRows = async (from, limit) => {
    limits.push(limit);
    const found = rows.filter((row) => String(row._received_at) >= from);
    return { rows: found.slice(0, limit), hasMore: found.length > limit };
  };
  return { read, limits };
}

/** Resolves when the answers that are under way have come. */
const answered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const sequences = (rows: readonly HistoryRow[]): readonly unknown[] => rows.map(({ _sequence }) => _sequence);

async function allOf(pages: RowPages): Promise<readonly unknown[]> {
  const found: HistoryRow[] = [];
  while (!pages.isEnded) found.push(...(await pages.next(new AbortController().signal)));
  return sequences(found);
}

test('rows of one time at the end of a page come once, also when they fill a page', async () => {
  // 12,000 rows in pages of 5,000: the first 11,000 have one time.
  const rows = Array.from({ length: 12_000 }, (_, index) => rowAt(index < 11_000 ? 0 : index, index));
  const { read, limits } = journalOf(rows);
  expect(await allOf(new RowPages(read, startMs))).toEqual(sequences(rows));
  expect(limits).toEqual([5_000, 10_000, 20_000]);
});

test('rows are played at the pace of their receipt, times the speed, until the end of the span', async () => {
  const { read } = journalOf([rowAt(0, 1), rowAt(1_000, 2), rowAt(5_000, 3)]);
  const replay = new Replay(read, { fromMs: startMs, toMs: startMs + 6_000 });
  const shown = () => [replay.view.get().state, sequences(replay.view.get().rows)];
  replay.play();
  expect(shown()).toEqual(['reading', []]);
  await answered();
  expect(shown()).toEqual(['playing', [1]]);
  replay.advance(999);
  expect(shown()).toEqual(['playing', [1]]);
  replay.advance(1);
  expect(shown()).toEqual(['playing', [2, 1]]);
  replay.speed = 10;
  replay.advance(400);
  expect(shown()).toEqual(['playing', [3, 2, 1]]);
  expect(replay.view.get().positionMs).toBe(startMs + 5_000);
  replay.pause();
  replay.advance(10_000);
  expect(shown()).toEqual(['paused', [3, 2, 1]]);
  replay.play();
  replay.advance(100);
  expect(shown()).toEqual(['ended', [3, 2, 1]]);
  expect(replay.view.get().playedCount).toBe(3);
});

test('a jump leaves out what was played, and rows of before the jump that arrive later', async () => {
  const { read, limits } = journalOf([rowAt(0, 1), rowAt(1_000, 2), rowAt(2_000, 3)]);
  const replay = new Replay(read, { fromMs: startMs, toMs: startMs + 3_000 });
  replay.play();
  replay.seek(startMs + 1_000);
  await answered();
  expect(replay.view.get()).toMatchObject({ state: 'reading', rows: [], positionMs: startMs + 1_000 });
  // Nothing is read while the position may still be dragged.
  replay.advance(100);
  expect(limits).toHaveLength(1);
  replay.advance(200);
  await answered();
  expect(sequences(replay.view.get().rows)).toEqual([2]);
  replay.pause();
  replay.seek(startMs + 2_000);
  expect(replay.view.get()).toMatchObject({ state: 'paused', playedCount: 0 });
});

test('a failure stops the replay, and play tries again; at the end it begins anew', async () => {
  const { read } = journalOf([rowAt(0, 1)]);
  let isBroken = true;
  const refusal = new Error('two questions run already');
  const sometimes: ReadRows = (...asked) => (isBroken ? Promise.reject(refusal) : read(...asked));
  const replay = new Replay(sometimes, { fromMs: startMs, toMs: startMs + 10 });
  replay.play();
  await answered();
  expect(replay.view.get()).toMatchObject({ state: 'failed', failure: refusal });
  isBroken = false;
  replay.play();
  await answered();
  replay.advance(10);
  expect(replay.view.get()).toMatchObject({ state: 'ended', failure: undefined, playedCount: 1 });
  replay.play();
  expect(replay.view.get()).toMatchObject({ state: 'reading', positionMs: startMs, playedCount: 0 });
});

test('prices without a time are drawn at the time of their receipt; one point is not', () => {
  const rows = [rowAt(2_000, 2), rowAt(1_000, 1)];
  const points = [1, 2].map((price) => ({ time: startMs / 1000 + price, price }));
  expect(replaySeries(rows)).toMatchObject({ kind: 'line', points });
  expect(replaySeries(rows.slice(1))).toBeUndefined();
  expect(replaySeries([{ side: 'B', _received_at: '' }])).toBeUndefined();
});
