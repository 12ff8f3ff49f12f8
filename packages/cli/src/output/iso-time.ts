/** Unix milliseconds as ISO 8601 in UTC; null for NaN and for times beyond the range of Date. */
export function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
