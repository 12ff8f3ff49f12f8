import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const logFileName = 'pulsemq.log';
const oldFile = /^pulsemq\.log\.(\d{4}-\d{2}-\d{2})(?:\.(\d+))?$/;

/** Path for the file of `day` when it is set aside: `pulsemq.log.YYYY-MM-DD`, and `.2`, `.3` for further files of that day. */
export function oldPath(dir: string, day: string): string {
  const first = join(dir, `${logFileName}.${day}`);
  let count = 1;
  while (existsSync(count === 1 ? first : `${first}.${count}`)) count += 1;
  return count === 1 ? first : `${first}.${count}`;
}

/** Removes all but the files of the newest `maxDays` days, and of those the oldest until all have `maxBytes` together at most. */
export function removeOldFiles(dir: string, maxDays: number, maxBytes: number): void {
  const files = readdirSync(dir)
    .flatMap((name) => {
      const [, day, count = '1'] = oldFile.exec(name) ?? [];
      return day === undefined ? [] : [{ path: join(dir, name), day, count: Number(count) }];
    })
    .sort((left, right) => (left.day === right.day ? right.count - left.count : left.day < right.day ? 1 : -1));
  const days = new Set<string>();
  let bytes = 0;
  for (const { path, day } of files) {
    days.add(day);
    bytes += statSync(path).size;
    if (days.size > maxDays || bytes > maxBytes) rmSync(path, { force: true });
  }
}
