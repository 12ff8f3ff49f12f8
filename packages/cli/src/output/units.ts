/** Numbers with units, for people. */

/** `1,234`, `12.3 k`, `4.56 M`. */
export function countText(value: number): string {
  if (value < 10_000) return Math.round(value).toLocaleString('en-US');
  return value < 1e6
    ? `${(value / 1e3).toFixed(1)} k`
    : value < 1e9
      ? `${(value / 1e6).toFixed(2)} M`
      : `${(value / 1e9).toFixed(2)} G`;
}

/** `1 message`, `2 messages`. */
export const countedText = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`;

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `1.5 KiB`, `64.0 MiB`. */
export function byteText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < byteUnits.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`;
}

/** `12 s`, `3 min 05 s`, `2 h 03 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Time since a moment that is given as ISO text. */
export const ageText = (since: string): string => durationText(Math.max(0, Date.now() - Date.parse(since)));
