import type { Peer } from './peer.js';

/** A snapshot waits no longer for last values of other brokers. */
const holdMs = 1_000;

interface Hold {
  /** Version of our interest that has what the snapshot is about. */
  readonly version: number;
  readonly release: () => void;
  readonly untilMs: number;
}

/** Snapshots that wait until other brokers have sent the last values for a new interest. */
export class SnapshotHolds {
  #holds: Hold[] = [];

  add(version: number, release: () => void, steadyMs: number): void {
    this.#holds.push({ version, release, untilMs: steadyMs + holdMs });
  }

  /** Lets those go that have what they wait for, or have waited long enough. `isYoung`: brokers may be there that are not known yet. */
  review(peers: Iterable<Peer>, isYoung: boolean, steadyMs: number): void {
    if (this.#holds.length === 0) return;
    const appliedVersion = isYoung ? -1 : leastVersion(peers);
    const isDone = ({ version, untilMs }: Hold): boolean => version <= appliedVersion || steadyMs >= untilMs;
    const done = this.#holds.filter(isDone);
    this.#holds = this.#holds.filter((hold) => !isDone(hold));
    for (const { release } of done) release();
  }
}

/** The version of our interest that every reachable broker follows. */
function leastVersion(peers: Iterable<Peer>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { isReachable, appliedVersion } of peers) if (isReachable) least = Math.min(least, appliedVersion);
  return least;
}
