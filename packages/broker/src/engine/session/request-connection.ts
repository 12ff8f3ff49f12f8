import { HeaderOffset, MessageType, WireError } from '@pulsemq/protocol';
import { encodePong, parseCommand, parsePing } from '@pulsemq/zmtp';
import { authenticate, authReply } from './auth/authenticator.js';
import type { EngineCore } from './core.js';
import { pingFrame } from './heartbeat.js';
import { answerHistory } from './history-query.js';
import { Publisher } from './publish/publisher.js';
import { answerQuery } from './queries.js';
import type { Session } from './session.js';
import type { SessionConnection, TrafficHandler } from './session-connection.js';
import { subscribe, unsubscribe } from './subscribe/subscribe.js';
import { parseObject } from './wire/json-object.js';
import type { LargeReader } from './wire/large-reader.js';
import type { RequestSpan } from './wire/message-locator.js';
import { isRefusal, malformed, notAuthenticated, type Refusal, refusal } from './wire/refusal.js';
import { Replier } from './wire/replier.js';
import { pongReply } from './wire/replies.js';
import { messageMaxBytes, RequestReader } from './wire/request-reader.js';
import type { RequestReceiver } from './wire/request-receiver.js';
import { strictText } from './wire/wire-text.js';

/**
 * One connection on the request port after its handshake. Every request gets exactly one reply, in order, and nothing else is ever sent
 * here: clients match replies by order alone.
 */
export class RequestConnection implements TrafficHandler, RequestReceiver {
  readonly #core: EngineCore;
  readonly #connection: SessionConnection;
  readonly #reader: RequestReader;
  readonly #replier: Replier;
  readonly #publisher: Publisher;
  #session: Session | null = null;
  /** Bytes reserved for the beginning of a message. */
  #heldBytes = 0;
  /** Runs while the answer to a wrong token is delayed. */
  #delayTimer: NodeJS.Timeout | null = null;

  constructor(core: EngineCore, connection: SessionConnection) {
    this.#core = core;
    this.#connection = connection;
    this.#reader = new RequestReader(this, core.fanOut.memory.chunks);
    this.#replier = new Replier(core, connection);
    this.#publisher = new Publisher(core, connection, this.#replier, this);
  }

  get isClaimed(): boolean {
    return this.#session !== null;
  }

  get frameMaxBytes(): number {
    return Math.min(this.#reader.maxHeldBytes, messageMaxBytes);
  }

  onBytes(buf: Buffer, start: number, end: number): number {
    const at = this.#push(buf, start, end);
    // Subscriptions made in this read go live before their replies leave.
    this.#core.placement.apply();
    if (this.#delayTimer === null) this.#replier.flush();
    this.#publisher.endRead(this.#session?.user, at - start, this.#reader.isReadingLarge);
    this.#reserveHeld();
    return at;
  }

  /** What was accepted before bytes that are no ZMTP is copied, too: the buffer changes after this read. */
  #push(buf: Buffer, start: number, end: number): number {
    try {
      return this.#reader.push(buf, start, end);
    } finally {
      this.#core.intake.endRead();
    }
  }

  sweep(nowMs: number, sinceMs: number): string | undefined {
    const { config, limitReport } = this.#core;
    const { loginTimeoutMs } = config.limits;
    if (this.#session === null && nowMs - sinceMs > loginTimeoutMs) {
      const text = `no AUTH within ${loginTimeoutMs} ms`;
      limitReport.hit('loginTimeout', this.#connection.address, () => text);
      return text;
    }
    const { unreadSinceMs } = this.#replier;
    if (unreadSinceMs === 0 || nowMs - unreadSinceMs < config.pingIntervalMs + config.pingTimeoutMs) return undefined;
    const text = `has not read its replies for ${nowMs - unreadSinceMs} ms`;
    limitReport.hit('unreadReplies', this.#connection.address, () => `a connection ${text}`);
    return text;
  }

  onClosing(): void {}

  onClosed(reason: string): void {
    if (this.#delayTimer !== null) clearTimeout(this.#delayTimer);
    this.#reader.close();
    this.#publisher.release();
    this.#replier.close();
    this.#endSession(reason);
    this.#core.placement.apply();
  }

  ping(): boolean {
    // A ZMTP command may stand between two messages, and every write here is whole messages.
    this.#connection.write(pingFrame(this.#core.config), ignoreWritten);
    return true;
  }

  onMessage(message: RequestSpan): void {
    const type = message.buf[message.start + 2 + HeaderOffset.type]!;
    if (type === MessageType.pub) this.#publisher.publish(this.#session, message);
    else this.#onRequest(type, message);
  }

  refuseLarge(head: RequestSpan): Refusal | undefined {
    return this.#publisher.refuseLarge(this.#session, head);
  }

  onLarge(reader: LargeReader): void {
    this.#publisher.publishLarge(this.#session, reader);
  }

  onRefused(refusal: Refusal): void {
    this.#publisher.refuse(this.#session, refusal);
  }

  onCommand(buf: Buffer, start: number, end: number): void {
    const command = parseCommand(buf, start, end);
    if (command.name !== 'PING') return;
    const ping = parsePing(buf, command.bodyStart, command.bodyEnd);
    this.#replier.send(Buffer.from(encodePong(ping.context)));
  }

  #onRequest(type: number, message: RequestSpan): void {
    switch (type) {
      case MessageType.pong:
      case MessageType.status:
        return;
      case MessageType.ping:
        this.#replier.send(pongReply(this.#core.clock.nowMs));
        return this.stopIfSpent();
      default:
        this.#core.requestBudget.begin();
        this.#onSlowRequest(type, message);
        this.#core.requestBudget.end();
        this.stopIfSpent();
    }
  }

  /** Lets the rest of this connection's bytes wait when requests have had their time in this turn, or its replies are not read. */
  stopIfSpent(): void {
    if (this.#core.requestBudget.isSpent || this.#replier.isFull) this.#reader.stop();
  }

  #onSlowRequest(type: number, message: RequestSpan): void {
    switch (type) {
      case MessageType.auth:
        return this.#onAuth(payloadText(message));
      case MessageType.query:
        return this.#onQuery(payloadText(message));
      case MessageType.sub:
      case MessageType.unsub:
        return this.#onSubscription(type, message);
      default:
        return this.#refuse(refusal(WireError.unsupportedType, `unsupported message type ${type}`));
    }
  }

  #onAuth(payload: string | undefined): void {
    const login = authenticate(this.#core, this.#connection, this.#session, payload);
    if ('refusal' in login) {
      this.#refuse(login.refusal);
      if (login.delayMs > 0) this.#delayReplies(login.delayMs);
      return;
    }
    if (login.session !== this.#session) {
      this.#endSession('authenticated as another user');
      this.#session = login.session;
      this.#reader.maxHeldBytes = Number.POSITIVE_INFINITY;
      this.#core.events.sessionOpened(login.session);
    }
    this.#replier.ack(authReply(this.#core, login.session));
  }

  /** Neither reads nor answers for a while: the peer sent a wrong token too often. */
  #delayReplies(delayMs: number): void {
    this.#reader.stop();
    this.#connection.pause();
    const end = (): void => {
      this.#delayTimer = null;
      this.#replier.flush();
      this.#connection.resume();
    };
    this.#delayTimer = setTimeout(() => this.#core.guard.run('the end of a delay', end), delayMs);
  }

  /** Counts the beginning of a message that is kept until the rest arrives. */
  #reserveHeld(): void {
    const bytes = this.#reader.heldCapacityBytes + this.#connection.heldBytes;
    const user = this.#session?.user;
    if (bytes === this.#heldBytes || user === undefined) return;
    const { inbound } = this.#core;
    inbound.release(user, this.#heldBytes);
    this.#heldBytes = 0;
    const text = bytes === 0 ? undefined : inbound.reserve(user, bytes, this.#connection.address);
    if (text === undefined) this.#heldBytes = bytes;
    else this.#connection.close(text);
  }

  #onQuery(payload: string | undefined): void {
    if (this.#session === null) return this.#refuse(notAuthenticated);
    const query = parseObject(payload);
    if (query?.type === 'history') return this.#onHistory(this.#session, query);
    const answer = answerQuery(this.#core, this.#session, query);
    if (typeof answer === 'string') this.#refuse(refusal(WireError.badQuery, answer));
    else this.#replier.ack({ status: 'QUERY_OK', data: answer.data });
  }

  /** Reads no further request until the journal has been read: replies come in order, and one question at a time waits. */
  #onHistory(session: Session, query: Record<string, unknown>): void {
    this.#reader.stop();
    this.#connection.pause();
    void this.#core.guard.runAsync('reading the journal', async () => {
      const answer = await answerHistory(this.#core, session, query).catch((error: unknown) => {
        this.#core.guard.caught('reading the journal', error);
        return refusal(WireError.internal, 'the journal cannot be read');
      });
      if (this.#session === session) {
        if (isRefusal(answer)) this.#refuse(answer);
        else this.#replier.send(answer);
        this.#replier.flush();
      }
      this.#connection.resume();
    });
  }

  #onSubscription(type: number, message: RequestSpan): void {
    const session = this.#session;
    if (session === null) return this.#refuse(notAuthenticated);
    const { buf, namespaceAt, topicAt, usernameAt } = message;
    const namespace = strictText(buf, namespaceAt + 2, topicAt);
    const pattern = strictText(buf, topicAt + 2, usernameAt);
    if (namespace === undefined || pattern === undefined) {
      return this.#refuse(malformed('namespace or pattern is not UTF-8'));
    }
    if (type === MessageType.unsub) {
      const refused = unsubscribe(this.#core, session, namespace, pattern, payloadText(message));
      return refused === undefined ? this.#replier.ack({ status: 'UNSUB_OK' }) : this.#refuse(refused);
    }
    const refused = subscribe(this.#core, session, namespace, pattern, payloadText(message));
    if (refused === undefined) this.#replier.ack({ status: 'SUB_OK' });
    else this.#refuse(refused);
  }

  #refuse({ code, text }: Refusal): void {
    if (this.#session !== null) this.#session.errorCount++;
    this.#replier.error(code, text);
  }

  #endSession(reason: string): void {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    const { placement, sessions, fanOut, events, inbound } = this.#core;
    inbound.release(session.user, this.#heldBytes);
    this.#heldBytes = 0;
    placement.markSession(session);
    sessions.close(session, this.#core.clock.steadyMs);
    this.#core.snapshots.sessionEnded(session);
    this.#core.replays.sessionEnded(session);
    this.#core.statusFeed.sessionEnded(session);
    for (const lane of session.lanes()) lane.subscriber?.releaseLane();
    // The publisher of the topics it published to last is gone, which the next report tells.
    for (const route of session.routes()) fanOut.figures.markChanged(route);
    this.#core.freshness.publisherEnded(session.routes());
    events.sessionClosed(session, reason);
  }
}

const payloadText = ({ buf, payloadStart, payloadEnd }: RequestSpan): string | undefined =>
  strictText(buf, payloadStart, payloadEnd);

const ignoreWritten = (): void => {};
