/** ISO 8601 in UTC with milliseconds; null for a time no calendar has. */
export function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
