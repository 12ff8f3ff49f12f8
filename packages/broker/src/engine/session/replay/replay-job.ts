import { type ReplayGap, RoleLevel } from '@pulsemq/protocol';
import type { ReplayPage } from '../../../journal/replay-query.js';
import type { JournalReplay } from '../../../journal/replays.js';
import type { Position } from '../../../journal/ring.js';
import { streamName } from '../../fanout/subscriber/held-batches.js';
import type { Subscriber } from '../../fanout/subscriber/subscriber.js';
import type { Namespace } from '../../route/namespace.js';
import { type BoundSubscriber, type Lane, type Subscription, waitingMarkerMaxCount } from '../lane.js';
import type { Session } from '../session.js';
import { PageLease } from './page-lease.js';
import type { ReplayPace } from './replay-pace.js';

/** Bytes that may wait for a lane before it gets more: what it holds of the broker's memory stays small. */
const lowWaterBytes = 262_144;
/** Pages that are read and not sent: the next ones are read while one is sent. */
const pageMaxCount = 3;
/** Unless what waits is more than this: a page may be one large message. */
const waitingMaxBytes = 524_288;
/** Gaps that the end tells. */
const gapMaxCount = 1_000;

/** What a job is made of. */
export interface ReplayJobParts {
  readonly lane: Lane<Session>;
  readonly namespace: Namespace;
  readonly subscription: Subscription;
  /** Number that the client gave it. */
  readonly request: number;
  readonly follows: boolean;
  /** Null at full speed. */
  readonly pace: ReplayPace | null;
  readonly source: JournalReplay;
}

/** One replay: how far it has come. */
export class ReplayJob {
  readonly lane: Lane<Session>;
  readonly namespace: Namespace;
  readonly subscription: Subscription;
  readonly request: number;
  readonly follows: boolean;
  readonly pace: ReplayPace | null;
  readonly source: JournalReplay;
  /** The connection that it sends to; null before it has begun. */
  bound: BoundSubscriber | null = null;
  /** Pages that were read and are not sent whole, in order. */
  readonly pages: PageLease[] = [];
  /** Messages of the first page that were sent, and their bytes. */
  sentCount = 0;
  sentBytes = 0;
  isReading = false;
  /** Where the journal must have come to before the next page is read; null for no matter where, undefined when it is to be asked for. */
  position: Position | null | undefined;
  /** There was nothing behind the last page that was read. */
  isReadToEnd = false;
  /** Live messages wait behind it. */
  isJoined = false;
  /** Streams in pages that were read since it joined: the live messages that wait may be among them. */
  readonly had = new Map<string, number>();
  /** Messages that were sent. */
  count = 0;
  removedUntilUs: number | null = null;
  readonly gaps: ReplayGap[] = [];
  /** Wakes it when something is due. */
  timer: NodeJS.Timeout | null = null;

  constructor({ lane, namespace, subscription, request, follows, pace, source }: ReplayJobParts) {
    this.lane = lane;
    this.namespace = namespace;
    this.subscription = subscription;
    this.request = request;
    this.follows = follows;
    this.pace = pace;
    this.source = source;
    // One that follows takes the newest when it joins; another one ends with what was accepted when it began.
    this.position = follows ? null : undefined;
  }

  /** Its user may still read the namespace. */
  get isEntitled(): boolean {
    return this.lane.session.user.levelIn(this.namespace) >= RoleLevel.sub;
  }

  /** The subscriber, while it is the one that it began with and has room for more. */
  get readySubscriber(): Subscriber | null {
    const { bound } = this;
    if (bound === null || this.lane.subscriber !== bound) return null;
    const { subscriber } = bound;
    return subscriber.queuedBytes < lowWaterBytes && subscriber.waitingMarkerCount < waitingMarkerMaxCount
      ? subscriber
      : null;
  }

  /** Another page may be read. */
  get wantsPage(): boolean {
    if (this.isReading || this.isReadToEnd || this.pages.length >= pageMaxCount) return false;
    return this.pages.length === 0 || this.pages[0]!.page.bytes.length < waitingMaxBytes;
  }

  /** Everything that was read is sent, and there was nothing behind it. */
  get isThrough(): boolean {
    return this.isReadToEnd && !this.isReading && this.pages.length === 0;
  }

  /** Takes a page that was read. */
  take(page: ReplayPage): void {
    this.position = null;
    this.isReadToEnd = page.isEnd;
    for (const { key, epoch, sequence } of page.heads) this.had.set(streamName(key, epoch), sequence);
    const missing = missingOf(page);
    this.removedUntilUs = missing.removed_until_us ?? this.removedUntilUs;
    for (const gap of missing.gaps) if (this.gaps.length < gapMaxCount) this.gaps.push(gap);
    if (page.count === 0 && missing.gaps.length === 0 && missing.removed_until_us === null) return;
    this.pages.push(new PageLease(page, this.source));
  }

  /** Gives up what was read and not sent, and the source. */
  close(): void {
    for (const lease of this.pages.splice(0)) lease.release();
    this.source.close();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Live messages do not wait any more, and it reads on. */
  unjoin(): void {
    this.isJoined = false;
    this.isReadToEnd = false;
    this.position = null;
    this.had.clear();
  }
}

/** What a page says is missing, in the form that clients get. */
export const missingOf = ({
  removedUntilUs,
  gaps,
}: ReplayPage): { readonly removed_until_us: number | null; readonly gaps: readonly ReplayGap[] } => ({
  removed_until_us: removedUntilUs,
  gaps: gaps.map(({ fromUs, toUs }) => ({ from_us: fromUs, to_us: toUs })),
});
