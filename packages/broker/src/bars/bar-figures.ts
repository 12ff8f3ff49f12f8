/** What the bars have done since the start. One for all rules. */
export interface BarFigures {
  /** Bars that have not ended, or still wait for late prices. */
  openCount: number;
  /** `limits.max_open_bars`. */
  openMaxCount: number;
  /** Prices that came after the grace of their bar. */
  lateCount: number;
  /** Prices outside the hours of their calendar. */
  closedCount: number;
  /** Messages that could not be decoded, or have no number where a price, a size or a time should be. */
  unreadableCount: number;
  /** Messages without a column of a price. */
  unpricedCount: number;
  /** Prices that found no room for a bar of their own. */
  overLimitCount: number;
}

export const newBarFigures = (openMaxCount: number): BarFigures => ({
  openCount: 0,
  openMaxCount,
  lateCount: 0,
  closedCount: 0,
  unreadableCount: 0,
  unpricedCount: 0,
  overLimitCount: 0,
});
