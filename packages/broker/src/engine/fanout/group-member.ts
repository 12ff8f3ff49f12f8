import type { Batch } from './batch/batch.js';
import type { NewsTaker } from './news-taker.js';

/** A receiver of a group's batches. */
export interface GroupMember {
  /** It counts as a subscriber in figures; a tap does not. */
  readonly isReader: boolean;
  /** Takes a batch. It pins the batch if it needs the bytes after the call; otherwise the caller may recycle it. */
  deliver(batch: Batch): void;
  /** It is a member of this group now. */
  joined(group: JoinedGroup): void;
  /** It is a member of no group now. */
  left(): void;
}

/** A group, as its members see it. */
export interface JoinedGroup {
  /** Messages accepted for this group. */
  readonly matchedCount: number;
  /** Its messages go out at the pace of a timer. */
  readonly isPaced: boolean;
  /** Delivers what was accepted so far. */
  flush(): void;
  /** A member lags: it takes note of news from now on. */
  toTaker(member: GroupMember & NewsTaker): void;
  /** A taker has caught up: it gets batches again, from the next message on. */
  toMember(member: GroupMember & NewsTaker): void;
}
