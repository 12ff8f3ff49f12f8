import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../control/running-server.js';

/** Whether this process may mount a file system. Without that a disk cannot be filled. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

/** A disk of some bytes, and ways to fill it and make room again. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room that is left, to the last byte. */
  fill(): void;
  makeRoom(): void;
}

/** Mounts a disk in memory for the time of the test. Call it before anything is opened on it. */
export function smallDisk(bytes: number): SmallDisk {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: () => {
      try {
        writeFileSync(filler, Buffer.alloc(bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(filler),
  };
}

function tryMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    // Not allowed: that is the answer.
    return false;
  }
}
