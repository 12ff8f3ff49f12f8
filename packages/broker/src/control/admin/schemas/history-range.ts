import { badInput } from '../api-error.js';

/** What of a question for history chooses a range; times in Unix microseconds. */
interface HistoryRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly from_sequence: number;
  readonly to_sequence: number;
}

/** Throws an ApiError for a range that ends before it begins. No message can be in one, so it is a mistake. */
export function checkRange({ from, to, from_sequence, to_sequence }: HistoryRange): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw badInput(
      'query.from',
      `is ${timeText(from)}, after the end of to, ${timeText(to)}; give a from before to, or exchange the two`,
    );
  }
  if (from_sequence > to_sequence) {
    throw badInput(
      'query.from_sequence',
      `is ${from_sequence}, after to_sequence, ${to_sequence}; give one up to it, or exchange the two`,
    );
  }
}

/** Such as `2026-11-25T09:30:00.000001Z`. */
function timeText(us: number): string {
  const wholeMs = Math.floor(us / 1_000);
  const microseconds = String(us - wholeMs * 1_000).padStart(3, '0');
  return new Date(wholeMs).toISOString().replace('Z', `${microseconds}Z`);
}
