import { onClock } from './clock.js';

/** Least distance of two labels, pixels: of hours and minutes or a date, of a time with seconds, and of a date with a time. */
const labelPx = { minutes: 42, seconds: 60, dateTime: 76 } as const;

const [hourSeconds, daySeconds] = [3_600, 86_400];

/** Least distance of two labels of an axis that shows this time on this width: labels with seconds, or with a date and a time, are wider. */
export function axisSpacePx(spanSeconds: number, widthPx: number): number {
  const step = (spanSeconds / widthPx) * labelPx.minutes;
  if (step <= 30) return labelPx.seconds;
  return step > 4 * hourSeconds && step <= daySeconds / 2 ? labelPx.dateTime : labelPx.minutes;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** Labels of a time axis, with digits only and so the same in every language: 09:53:24, 09:53 or 11-24. */
export function axisTimes(seconds: readonly number[]): string[] {
  const step = seconds.length > 1 ? seconds[1]! - seconds[0]! : 60;
  return seconds.map((at) => {
    const time = onClock(new Date(at * 1000));
    const day = `${pad(time.getUTCMonth() + 1)}-${pad(time.getUTCDate())}`;
    if (step >= daySeconds) return day;
    const clock = `${pad(time.getUTCHours())}:${pad(time.getUTCMinutes())}`;
    if (step < 60) return `${clock}:${pad(time.getUTCSeconds())}`;
    return step >= 6 * hourSeconds ? `${day} ${clock}` : clock;
  });
}
