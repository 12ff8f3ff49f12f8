/** The clock of every time on the page: the viewer's zone, or UTC. */
export const clocks = ['local', 'utc'] as const;
export type Clock = (typeof clocks)[number];

let chosen: Clock = 'local';

/** Chooses the clock. What is on the page already is not rendered again. */
export function showTimesBy(clock: Clock): void {
  chosen = clock;
}

/** Minutes that the clock is ahead of UTC at a time. */
export const offsetMinutes = (at: Date): number => (chosen === 'utc' ? 0 : -at.getTimezoneOffset());

/** A date whose UTC fields are those of the clock. */
export const onClock = (at: Date): Date => new Date(at.getTime() + offsetMinutes(at) * 60_000);

/** The moment of a text such as `2026-11-24T09:30:00`, which a date field writes without a zone. */
export function momentOf(text: string): Date {
  return chosen === 'utc' ? new Date(`${text}Z`) : new Date(text);
}

/** UTC, UTC+8, UTC-3:30 */
export function zoneText(at: Date): string {
  if (chosen === 'utc') return 'UTC';
  const minutes = offsetMinutes(at);
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`;
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}${rest}`;
}

/** The name of the zone of the clock, such as `Asia/Shanghai`. */
export const zoneName = (): string => (chosen === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone);
