import type { TFunction } from 'i18next';
import { onClock } from './clock.js';

/** Times by the clock of the page, which the top bar names once. */

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** 09:53:24 */
export function clockText(at: Date): string {
  const shown = onClock(at);
  return `${pad(shown.getUTCHours())}:${pad(shown.getUTCMinutes())}:${pad(shown.getUTCSeconds())}`;
}

/** 09:53:24.072 */
export const clockMsText = (at: Date): string => `${clockText(at)}.${pad(at.getMilliseconds(), 3)}`;

/** 2026-11-24 */
export function dateText(at: Date): string {
  const shown = onClock(at);
  return `${shown.getUTCFullYear()}-${pad(shown.getUTCMonth() + 1)}-${pad(shown.getUTCDate())}`;
}

/** 2026-11-24 09:53:24 */
export const dateTimeText = (at: Date): string => `${dateText(at)} ${clockText(at)}`;

export interface Span {
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

/** A duration in the largest unit that fits, rounded down. A negative duration is 0 seconds. */
export function spanOf(ms: number): Span {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { unit: 'seconds', count: seconds };
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) };
  if (seconds < 86_400) return { unit: 'hours', count: Math.floor(seconds / 3600) };
  return { unit: 'days', count: Math.floor(seconds / 86_400) };
}

const spanText = (t: TFunction, span: Span): string => t(`time.${span.unit}`, { n: span.count });

/** "3 s ago" */
export const agoText = (t: TFunction, ms: number): string => t('time.ago', { span: spanText(t, spanOf(ms)) });

/** "3 d 4 h": the two largest units. */
export function durationText(t: TFunction, ms: number): string {
  const first = spanOf(ms);
  const unitMs = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }[first.unit];
  const rest = ms - first.count * unitMs;
  if (first.unit === 'seconds' || rest < unitMs / { minutes: 60, hours: 60, days: 24 }[first.unit]) {
    return spanText(t, first);
  }
  const second = spanOf(rest);
  return `${spanText(t, first)} ${spanText(t, second)}`;
}
