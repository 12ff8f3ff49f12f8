import { send, whileLoggedIn } from './request.js';

/** A row of history: `_topic`, `_sequence`, `_received_at`, and the columns of the payload; of bars, `_topic`, `_start` and the prices. */
export type HistoryRow = Readonly<Record<string, unknown>>;

export interface HistoryRows {
  readonly rows: readonly HistoryRow[];
  /** Whether there are more rows than were asked for. */
  readonly hasMore: boolean;
}

/** The fields of a question for history; those without a value are left out. */
export type HistoryQuestion = Readonly<Record<string, string | number | undefined>>;

/** Asks for rows of the journal. Throws an ApiFailure. */
export function askHistory(query: HistoryQuestion, signal: AbortSignal): Promise<HistoryRows> {
  return whileLoggedIn(async () => {
    const response = await send('/api/history', { query, signal });
    return { rows: (await response.json()) as HistoryRow[], hasMore: response.headers.get('X-Has-More') === 'true' };
  });
}
