import { MessageType, messageFrames, ticketPrefix, ticketSubscriptionBytes } from '@pulsemq/protocol';
import {
  encodeMessage,
  encodePong,
  FrameDecoder,
  FrameFlag,
  type FrameSink,
  parseCommand,
  parsePing,
  parseSubscription,
} from '@pulsemq/zmtp';
import { Batch } from '../../fanout/batch/batch.js';
import { DropCounts } from '../../fanout/subscriber/drop-counts.js';
import { Subscriber } from '../../fanout/subscriber/subscriber.js';
import { connectionRow } from '../../report/connection-row.js';
import type { User } from '../auth/user-table.js';
import type { EngineCore } from '../core.js';
import { pingFrame } from '../heartbeat.js';
import type { Session } from '../session.js';
import type { SessionConnection, TrafficHandler } from '../session-connection.js';
import { pythonJson } from '../wire/python-json.js';
import { strictText } from '../wire/wire-text.js';

/** Bytes a frame towards the subscriber port may have: a prefix is at most a namespace, a colon and a topic. */
export const subscriberFrameMaxBytes = 1_024;
/** No prefix longer than this can be the start of a key. */
const prefixMaxBytes = 160;

const noPrefixes: ReadonlySet<string> = new Set();

/**
 * One connection on the subscriber port after its handshake. What it gets is decided by its kind: bound to a session by ticket,
 * PLAIN with rights of its own, or legacy, for which sessions of its address vouch. Until one of these applies it gets nothing.
 */
export class SubscriberConnection implements TrafficHandler, FrameSink {
  readonly subscriber: Subscriber;
  readonly plainUser: User | null;
  readonly id: number;
  /** What the control plane has been told this is: a subscriber of its own, or null. */
  announcedKind: 'plain' | 'legacy' | null = null;
  readonly sinceMs: number;
  /** The session whose ticket was shown here. */
  session: Session | null = null;
  /** The session before: what still waited when it was left is its own. */
  #left: Session | null = null;
  /** Plain prefixes asked for, as text; a set, so that asking twice is asking once. */
  #prefixes: Set<string> | null = null;
  readonly #core: EngineCore;
  readonly #connection: SessionConnection;
  readonly #decoder: FrameDecoder;
  /** A message of several frames is not a subscription. */
  #insideMessage = false;

  constructor(core: EngineCore, connection: SessionConnection, plainUser: User | null) {
    this.#core = core;
    this.#connection = connection;
    this.plainUser = plainUser;
    this.sinceMs = core.clock.nowMs;
    this.id = core.keeper.nextId();
    this.subscriber = new Subscriber(connection, core.fanOut);
    this.#decoder = new FrameDecoder({ maxFrameBytes: subscriberFrameMaxBytes }, this);
    core.keeper.add(this);
    if (plainUser !== null) this.#announce('plain');
  }

  get address(): string {
    return this.#connection.address;
  }

  get prefixes(): ReadonlySet<string> {
    return this.#prefixes ?? noPrefixes;
  }

  /** Neither bound nor PLAIN, and it has asked for something: sessions of its address may vouch for it. */
  get isLegacy(): boolean {
    const mayBe = this.plainUser === null && this.session === null && this.#core.config.legacySubscribers;
    return mayBe && this.#prefixes !== null && this.#prefixes.size > 0;
  }

  /** Nobody stands for this connection now. */
  get isUnclaimed(): boolean {
    return this.plainUser === null && this.session === null && this.#core.sessions.ofAddress(this.address).size === 0;
  }

  onBytes(buf: Buffer, start: number, end: number): void {
    this.#decoder.push(buf, start, end);
    this.#core.keeper.settle();
  }

  onClosing(): void {
    this.subscriber.close();
  }

  onClosed(reason: string): void {
    this.#core.keeper.remove(this);
    this.subscriber.close();
    this.#leaveSession();
    this.#settleTrail();
    this.#withdraw(reason);
  }

  ping(): boolean {
    // Behind a queue of data an answer could not come in time, and the queue itself shows whether the peer reads.
    if (!this.subscriber.isDrained) return false;
    this.#sendControl(pingFrame(this.#core));
    return true;
  }

  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    const bytes = buf as Buffer;
    const subscription = this.#insideMessage ? null : parseSubscription(bytes, flags, start, end);
    if (subscription !== null && (flags & FrameFlag.more) === 0) {
      this.#onSubscription(subscription.kind, bytes, subscription.prefixStart, subscription.prefixEnd);
    } else if (flags & FrameFlag.command) this.#onCommand(bytes, start, end);
    else this.#insideMessage = (flags & FrameFlag.more) !== 0;
  }

  /** The session has ended: what its ticket bound gets nothing more. */
  releaseSession(): void {
    this.#leaveSession();
    this.#core.keeper.mark(this);
  }

  end(reason: string): void {
    this.#connection.close(reason);
  }

  #onCommand(bytes: Buffer, start: number, end: number): void {
    const command = parseCommand(bytes, start, end);
    if (command.name !== 'PING') return;
    const ping = parsePing(bytes, command.bodyStart, command.bodyEnd);
    this.#sendControl(Buffer.from(encodePong(ping.context)));
  }

  #onSubscription(kind: 'subscribe' | 'cancel', bytes: Buffer, start: number, end: number): void {
    if (this.plainUser === null && isTicket(bytes, start, end)) return this.#onTicket(kind, bytes, start, end);
    if (this.session !== null || end - start > prefixMaxBytes) return;
    const prefix = strictText(bytes, start, end);
    if (prefix === undefined) return;
    if (kind === 'cancel') {
      if (this.#prefixes?.delete(prefix)) this.#core.keeper.mark(this);
      return;
    }
    // Without a name and a colon nothing is ever given to somebody unknown, so nothing is remembered either.
    if (this.plainUser === null && prefix.indexOf(':') <= 0) return;
    this.#prefixes ??= new Set();
    if (this.#prefixes.size >= this.#core.config.maxSubscriptionsPerConnection) return;
    this.#prefixes.add(prefix);
    if (this.announcedKind === null && this.isLegacy) this.#announce('legacy');
    this.#core.keeper.mark(this);
  }

  /** What it has delivered for a session stays the session's. */
  #leaveSession(): void {
    const { session } = this;
    if (session === null) return;
    this.subscriber.counts.moveTo(session.earlier);
    if (session.subscriber === this) session.subscriber = null;
    this.session = null;
    this.#left = session;
  }

  /** Gives the session that was left what was delivered and lost of what it had waiting. */
  #settleTrail(): void {
    const session = this.#left;
    this.#left = null;
    if (session === null) return;
    if (!session.isEnded) return this.subscriber.counts.moveTo(session.earlier);
    const trail = { deliveredCount: 0, deliveredBytes: 0, dropped: new DropCounts() };
    this.subscriber.counts.moveTo(trail);
    if (trail.deliveredCount === 0 && trail.dropped.total === 0) return;
    const { dropped, ...delivered } = trail;
    const whose = { session: session.id, userId: session.user.id };
    this.#core.emit({ kind: 'sessionTrail', ...whose, ...delivered, dropped: { ...dropped } });
  }

  #announce(kind: 'plain' | 'legacy'): void {
    this.#settleTrail();
    this.announcedKind = kind;
    const { address, port, client } = this.#connection;
    const userId = this.plainUser?.id ?? null;
    const opened = { subscriber: this.id, subscriberKind: kind, userId, address, port, client };
    this.#core.emit({ kind: 'subscriberOpened', ...opened });
  }

  #withdraw(reason: string): void {
    if (this.announcedKind === null) return;
    this.announcedKind = null;
    const figures = connectionRow(null, this, this.#core.clock.nowUs);
    this.#core.emit({ kind: 'subscriberClosed', subscriber: this.id, reason, figures });
  }

  #onTicket(kind: 'subscribe' | 'cancel', bytes: Buffer, start: number, end: number): void {
    const session = this.#core.sessions.ofTicket(bytes.toString('latin1', start + ticketPrefix.length, end));
    if (session === undefined) return;
    if (kind === 'cancel') {
      if (this.session === session) this.releaseSession();
      return;
    }
    this.#leaveSession();
    this.#settleTrail();
    if (session.subscriber !== null) session.subscriber.releaseSession();
    this.#prefixes = null;
    this.#withdraw(`bound to session ${session.id}`);
    this.session = session;
    session.subscriber = this;
    this.#core.keeper.mark(this);
    this.#sendControl(this.#boundMessage(session, Buffer.from(bytes.subarray(start, end))));
  }

  #boundMessage(session: Session, key: Buffer): Buffer {
    const payload = Buffer.from(pythonJson({ session: session.id, epoch: this.#core.epochs.current }));
    const frames = messageFrames({ type: MessageType.bound, format: 1, payload, timestamp: this.#core.clock.nowMs });
    return Buffer.from(encodeMessage([key, ...frames]));
  }

  /** Whole frames of our own, in order with the deliveries: between the chunks of a large message there is no place for them. */
  #sendControl(bytes: Buffer): void {
    const batch = new Batch(bytes, -1);
    batch.endBytes = bytes.length;
    this.subscriber.deliver(batch);
  }
}

function isTicket(bytes: Buffer, start: number, end: number): boolean {
  return end - start === ticketSubscriptionBytes && ticketPrefix.every((byte, index) => bytes[start + index] === byte);
}
