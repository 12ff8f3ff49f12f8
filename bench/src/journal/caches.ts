import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Empties the caches of the disk. False where the system does not allow it: Linux allows it to root. */
export function emptyCaches(): boolean {
  try {
    execFileSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    // Another system, or another user: the table says that caches were warm.
    return false;
  }
}
