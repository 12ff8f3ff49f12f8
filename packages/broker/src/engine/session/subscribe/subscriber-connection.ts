import { MessageType } from '@pulsemq/protocol';
import {
  encodePong,
  FrameDecoder,
  FrameFlag,
  type FrameSink,
  parseCommand,
  parsePing,
  parseSubscription,
} from '@pulsemq/zmtp';
import { Subscriber } from '../../fanout/subscriber/subscriber.js';
import { connectionLimitReached } from '../auth/connection-limit.js';
import type { User } from '../auth/user.js';
import type { EngineCore } from '../core.js';
import { pingFrame } from '../heartbeat.js';
import { type Lane, noMovedCounts, waitingMarkerMaxCount } from '../lane.js';
import type { Session } from '../session.js';
import type { SessionConnection, TrafficHandler } from '../session-connection.js';
import { strictText } from '../wire/wire-text.js';
import type { PlacedConnection, UnboundKind } from './placed-connection.js';
import { ownMessage, type Ticket, ticketOf } from './ticket.js';

/** Bytes that a frame towards the subscriber port may have. A prefix is at most a namespace, a colon and a topic. */
export const subscriberFrameMaxBytes = 1_024;
/** A longer prefix cannot be the beginning of a key. */
const prefixMaxBytes = 160;

/** A subscriber without a user and a session is closed after this time. */
const unclaimedGraceMs = 60_000;

const noKey = new Uint8Array(0);
const noPrefixes: ReadonlySet<string> = new Set();

/**
 * One connection on the subscriber port after its handshake. Its kind decides what it gets: bound to a session by ticket, PLAIN with the
 * rights of its user, or legacy with what sessions of its address asked for. Until one of these applies it gets nothing.
 */
export class SubscriberConnection implements TrafficHandler, FrameSink, PlacedConnection {
  readonly id: number;
  readonly subscriber: Subscriber;
  /** Its own user, by PLAIN or by a bound key. */
  plainUser: User | null;
  reportedKind: UnboundKind | null = null;
  lane: Lane<Session> | null = null;
  boundKey: Uint8Array = noKey;
  /** The lane before: what still waited when it was left counts for it. */
  #left: Lane<Session> | null = null;
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

  get provenKey(): string | null {
    return this.#connection.provenKey;
  }

  get frameMaxBytes(): number {
    return subscriberFrameMaxBytes;
  }

  get prefixes(): ReadonlySet<string> {
    return this.#prefixes ?? noPrefixes;
  }

  get isLegacy(): boolean {
    const { mayBeLegacy } = this.#connection;
    const mayBe = mayBeLegacy && this.plainUser === null && this.lane === null && this.#core.config.legacySubscribers;
    return mayBe && this.#prefixes !== null && this.#prefixes.size > 0;
  }

  /** It has a user of its own, a session, or sessions of its address. */
  get isClaimed(): boolean {
    if (this.plainUser !== null || this.lane !== null) return true;
    return this.#connection.mayBeLegacy && this.#core.sessions.ofAddress(this.address).size > 0;
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
    this.#leaveLane();
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
      else this.#onTicket(kind, ticket, new Uint8Array(buf.subarray(prefixStart, prefixEnd)));
    } else if (flags & FrameFlag.command) this.#onCommand(buf, start, end);
    else this.#insideMessage = (flags & FrameFlag.more) !== 0;
  }

  /** The session has ended, or the lane is bound elsewhere: this connection gets nothing more. */
  releaseLane(): void {
    this.#leaveLane();
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
    if (this.lane !== null || end - start > prefixMaxBytes) return;
    const prefix = strictText(buf, start, end);
    if (prefix === undefined) return;
    if (kind === 'cancel') {
      if (this.#prefixes?.delete(prefix)) this.#core.placement.mark(this);
      return;
    }
    if (this.plainUser === null && this.provenKey !== null) this.#logInByKey();
    // Without a namespace and a colon a legacy connection gets nothing, so nothing is remembered either.
    if (this.plainUser === null && prefix.indexOf(':') <= 0) return;
    this.#prefixes ??= new Set();
    if (this.#prefixes.size >= this.#core.config.maxSubscriptionsPerConnection) return;
    this.#prefixes.add(prefix);
    if (this.reportedKind === null && this.isLegacy) this.#report('legacy');
    this.#core.placement.mark(this);
  }

  /** A key that is bound to a user logs it in with the first prefix, as PLAIN would. Before that a ticket may bind the connection. */
  #logInByKey(): void {
    const { users, subscribers, counters } = this.#core;
    const user = users.ofKey(this.provenKey, '');
    if (user === undefined) return;
    const text = connectionLimitReached(this.#core, user, this.address);
    if (text !== undefined) return this.end(text);
    subscribers.remove(this);
    this.plainUser = user;
    subscribers.add(this);
    counters.authOkCount++;
    this.#report('plain');
  }

  #onTicket(kind: 'subscribe' | 'cancel', { ticket, lane: index }: Ticket, key: Uint8Array): void {
    const session = this.#core.sessions.ofTicket(ticket);
    if (session === undefined) return;
    const isBoundHere = this.lane?.session === session;
    if (kind === 'cancel') {
      if (isBoundHere && this.lane?.index === index) this.releaseLane();
      return;
    }
    if (this.subscriber.waitingMarkerCount >= waitingMarkerMaxCount) {
      return this.end(`binds itself again and does not read: ${waitingMarkerMaxCount} answers wait`);
    }
    // A connection belongs to one lane: another lane of the same session needs a connection of its own.
    if (!isBoundHere || this.lane?.index === index) this.#bind(session.laneOrNew(index), key);
  }

  #bind(lane: Lane<Session>, key: Uint8Array): void {
    this.#leaveLane();
    this.#settleTrail();
    this.#prefixes = null;
    this.#withdraw(`bound to session ${lane.session.id}`);
    this.lane = lane;
    this.boundKey = key;
    lane.bind(this);
    this.#core.placement.mark(this);
    const { epochs, clock } = this.#core;
    const body = { session: lane.session.id, epoch: epochs.current };
    this.sendMarker(ownMessage(key, MessageType.bound, body, clock.nowMs));
  }

  /** What was delivered for a lane stays with the lane. */
  #leaveLane(): void {
    const { lane } = this;
    if (lane === null) return;
    this.#core.placement.remove(this);
    lane.keepCounts(this.subscriber.counts);
    if (lane.subscriber === this) lane.subscriber = null;
    this.lane = null;
    this.#left = lane;
  }

  /** Gives the lane that was left what was delivered and lost since of what it had waiting. */
  #settleTrail(): void {
    const lane = this.#left;
    this.#left = null;
    if (lane === null) return;
    if (lane.session.endedSteadyMs === null) return lane.keepCounts(this.subscriber.counts);
    const trail = noMovedCounts();
    this.subscriber.counts.moveTo(trail);
    if (trail.deliveredCount > 0 || trail.dropped.total > 0) this.#core.events.sessionTrail(lane.session, trail);
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

  /** Sends a message of the broker's own in order with the deliveries; no policy drops it. */
  sendMarker(bytes: Buffer): void {
    this.subscriber.deliverOwn(bytes, true);
  }

  /** Sends frames of the broker's own in order with the deliveries. They must not stand between the pieces of a large message. */
  #sendControl(bytes: Buffer): void {
    this.subscriber.deliverOwn(bytes, false);
  }
}
