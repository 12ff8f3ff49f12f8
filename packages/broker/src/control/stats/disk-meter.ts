import { statfs } from 'node:fs/promises';

/** Time between two looks: the disk does not fill within a second. */
const lookMs = 10_000;

/** How full the file system is that holds the database. */
export class DiskMeter {
  /** Used part, from 0 to 1, of what the process may use; null until it is known. */
  usedRatio: number | null = null;
  readonly #folder: string;
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Looks again when it is time. Throws when the system does not answer. */
  async look(nowMs: number): Promise<void> {
    if (nowMs - this.#lookedMs < lookMs) return;
    this.#lookedMs = nowMs;
    const { blocks, bfree, bavail } = await statfs(this.#folder);
    const used = blocks - bfree;
    this.usedRatio = used + bavail === 0 ? null : used / (used + bavail);
  }
}
