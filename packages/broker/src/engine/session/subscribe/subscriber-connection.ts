import {
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
import type { User } from '../auth/user.js';
import type { EngineCore } from '../core.js';
import { pingFrame } from '../heartbeat.js';
import type { Session } from '../session.js';
import type { SessionConnection, TrafficHandler } from '../session-connection.js';
import { strictText } from '../wire/wire-text.js';
import type { PlacedConnection, UnboundKind } from './placed-connection.js';
import { boundMessage, ticketOf } from './ticket.js';

/** Bytes that a frame towards the subscriber port may have. A prefix is at most a namespace, a colon and a topic. */
export const subscriberFrameMaxBytes = 1_024;
/** A longer prefix cannot be the beginning of a key. */
const prefixMaxBytes = 160;

/** A subscriber without a user and a session is closed after this time. */
const unclaimedGraceMs = 60_000;

const noPrefixes: ReadonlySet<string> = new Set();

/**
 * One connection on the subscriber port after its handshake. Its kind decides what it gets: bound to a session by ticket, PLAIN with the
 * rights of its user, or legacy with what sessions of its address asked for. Until one of these applies it gets nothing.
 */
export class SubscriberConnection implements TrafficHandler, FrameSink, PlacedConnection {
  readonly id: number;
  readonly subscriber: Subscriber;
  readonly plainUser: User | null;
  reportedKind: UnboundKind | null = null;
  session: Session | null = null;
  /** The session before: what still waited when it was left counts for it. */
  #left: Session | null = null;
  /** Plain prefixes asked for, a set: asking twice is asking once. */
  #prefixes: Set<string> | null = null;
  readonly #core: EngineCore;
  readonly #connection: SessionConnection;
  readonly #decoder: FrameDecoder;
  /** The next frame continues a message of several frames, which is not a subscription. */
  #insideMessage = false;

  constructor(core: EngineCore, connection: SessionConnection, plainUser: User | null) {
    this.#core = core;
    this.#connection = connection;
    this.plainUser = plainUser;
    this.id = core.subscribers.nextId();
    this.subscriber = new Subscriber(connection, core.fanOut);
    this.#decoder = new FrameDecoder({ maxFrameBytes: subscriberFrameMaxBytes }, this);
    core.subscribers.add(this);
    if (plainUser !== null) this.#report('plain');
  }

  get address(): string {
    return this.#connection.address;
  }

  get port(): number {
    return this.#connection.port;
  }

  get client(): string {
    return this.#connection.client;
  }

  get prefixes(): ReadonlySet<string> {
    return this.#prefixes ?? noPrefixes;
  }

  get isLegacy(): boolean {
    const mayBe = this.plainUser === null && this.session === null && this.#core.config.legacySubscribers;
    return mayBe && this.#prefixes !== null && this.#prefixes.size > 0;
  }

  /** It has a user of its own, a session, or sessions of its address. */
  get isClaimed(): boolean {
    return this.plainUser !== null || this.session !== null || this.#core.sessions.ofAddress(this.address).size > 0;
  }

  onBytes(buf: Buffer, start: number, end: number): number {
    this.#decoder.push(buf, start, end);
    this.#core.placement.apply();
    return end;
  }

  sweep(nowMs: number, sinceMs: number): string | undefined {
    if (nowMs - sinceMs < unclaimedGraceMs || this.isClaimed) return undefined;
    return `no session of its address within ${unclaimedGraceMs} ms`;
  }

  onClosing(): void {
    this.subscriber.close();
  }

  onClosed(reason: string): void {
    this.#core.subscribers.remove(this);
    this.#core.placement.remove(this);
    this.subscriber.close();
    this.#leaveSession();
    this.#settleTrail();
    this.#withdraw(reason);
  }

  ping(): boolean {
    // Behind a queue of data an answer could not come in time, and the queue itself shows whether the peer reads.
    if (!this.subscriber.isDrained) return false;
    this.#sendControl(pingFrame(this.#core.config));
    return true;
  }

  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    const subscription = this.#insideMessage ? null : parseSubscription(buf, flags, start, end);
    if (subscription !== null && (flags & FrameFlag.more) === 0) {
      const { kind, prefixStart, prefixEnd } = subscription;
      const ticket = this.plainUser === null ? ticketOf(buf, prefixStart, prefixEnd) : undefined;
      if (ticket === undefined) this.#onPrefix(kind, buf, prefixStart, prefixEnd);
      else this.#onTicket(kind, ticket, buf.slice(prefixStart, prefixEnd));
    } else if (flags & FrameFlag.command) this.#onCommand(buf, start, end);
    else this.#insideMessage = (flags & FrameFlag.more) !== 0;
  }

  /** The session has ended: this connection gets nothing more. */
  releaseSession(): void {
    this.#leaveSession();
    this.#core.placement.mark(this);
  }

  end(reason: string): void {
    this.#connection.close(reason);
  }

  #onCommand(buf: Uint8Array, start: number, end: number): void {
    const command = parseCommand(buf, start, end);
    if (command.name !== 'PING') return;
    const ping = parsePing(buf, command.bodyStart, command.bodyEnd);
    this.#sendControl(Buffer.from(encodePong(ping.context)));
  }

  #onPrefix(kind: 'subscribe' | 'cancel', buf: Uint8Array, start: number, end: number): void {
    if (this.session !== null || end - start > prefixMaxBytes) return;
    const prefix = strictText(buf, start, end);
    if (prefix === undefined) return;
    if (kind === 'cancel') {
      if (this.#prefixes?.delete(prefix)) this.#core.placement.mark(this);
      return;
    }
    // Without a namespace and a colon a legacy connection gets nothing, so nothing is remembered either.
    if (this.plainUser === null && prefix.indexOf(':') <= 0) return;
    this.#prefixes ??= new Set();
    if (this.#prefixes.size >= this.#core.config.maxSubscriptionsPerConnection) return;
    this.#prefixes.add(prefix);
    if (this.reportedKind === null && this.isLegacy) this.#report('legacy');
    this.#core.placement.mark(this);
  }

  #onTicket(kind: 'subscribe' | 'cancel', ticket: string, key: Uint8Array): void {
    const session = this.#core.sessions.ofTicket(ticket);
    if (session === undefined) return;
    if (kind === 'subscribe') this.#bind(session, key);
    else if (this.session === session) this.releaseSession();
  }

  /** Binds this connection to a session; the connection that was bound to it before is released. */
  #bind(session: Session, key: Uint8Array): void {
    this.#leaveSession();
    this.#settleTrail();
    session.subscriber?.releaseSession();
    this.#prefixes = null;
    this.#withdraw(`bound to session ${session.id}`);
    this.session = session;
    session.subscriber = this;
    this.#core.placement.mark(this);
    const { epochs, clock } = this.#core;
    this.#sendControl(boundMessage(key, session.id, epochs.current, clock.nowMs));
  }

  /** What was delivered for a session stays with the session. */
  #leaveSession(): void {
    const { session } = this;
    if (session === null) return;
    session.keepCounts(this.subscriber.counts);
    if (session.subscriber === this) session.subscriber = null;
    this.session = null;
    this.#left = session;
  }

  /** Gives the session that was left what was delivered and lost since of what it had waiting. */
  #settleTrail(): void {
    const session = this.#left;
    this.#left = null;
    if (session === null) return;
    if (!session.isEnded) return session.keepCounts(this.subscriber.counts);
    const trail = { deliveredCount: 0, deliveredBytes: 0, dropped: new DropCounts() };
    this.subscriber.counts.moveTo(trail);
    if (trail.deliveredCount > 0 || trail.dropped.total > 0) this.#core.events.sessionTrail(session, trail);
  }

  /** Reports this connection as a subscriber of its own. */
  #report(kind: UnboundKind): void {
    this.#settleTrail();
    this.reportedKind = kind;
    this.#core.events.subscriberOpened(this, kind);
  }

  #withdraw(reason: string): void {
    if (this.reportedKind === null) return;
    this.reportedKind = null;
    this.#core.events.subscriberClosed(this, reason);
  }

  /** Sends frames of the broker's own in order with the deliveries. They must not stand between the pieces of a large message. */
  #sendControl(bytes: Buffer): void {
    const batch = new Batch(bytes, -1);
    batch.endBytes = bytes.length;
    this.subscriber.deliver(batch);
  }
}
