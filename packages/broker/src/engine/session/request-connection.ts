import { HeaderOffset, MessageType, WireError } from '@pulsemq/protocol';
import { encodePong, parseCommand, parsePing } from '@pulsemq/zmtp';
import { connectionRow } from '../report/connection-row.js';
import { Authenticator } from './auth/authenticator.js';
import type { EngineCore } from './core.js';
import { pingFrame } from './heartbeat.js';
import { Publisher } from './publish/publisher.js';
import { answerQuery } from './queries.js';
import type { Session } from './session.js';
import type { SessionConnection, TrafficHandler } from './session-connection.js';
import { subscribe, unsubscribe } from './subscribe/subscribe.js';
import type { LargeReader } from './wire/large-reader.js';
import type { RequestSpan } from './wire/message-locator.js';
import { Replier } from './wire/replier.js';
import { pongReply } from './wire/replies.js';
import { type Refusal, RequestReader, type RequestReceiver } from './wire/request-reader.js';
import { strictText } from './wire/wire-text.js';

/**
 * One connection on the request port after its handshake. Every request gets exactly one reply, in order, and nothing is ever
 * sent that was not asked for: clients match replies by order alone.
 */
export class RequestConnection implements TrafficHandler, RequestReceiver {
  readonly #core: EngineCore;
  readonly #connection: SessionConnection;
  readonly #reader: RequestReader;
  readonly #replier: Replier;
  readonly #publisher: Publisher;
  #session: Session | null = null;

  constructor(core: EngineCore, connection: SessionConnection) {
    this.#core = core;
    this.#connection = connection;
    this.#reader = new RequestReader(this, core.fanOut.chunkPool);
    this.#replier = new Replier(core, connection);
    this.#publisher = new Publisher(core, this.#replier);
  }

  onBytes(buf: Buffer, start: number, end: number): void {
    this.#reader.push(buf, start, end);
    this.#endRead(end - start);
  }

  onClosing(): void {}

  onClosed(reason: string): void {
    this.#endSession(reason);
    this.#core.keeper.settle();
  }

  ping(): boolean {
    // A ZMTP command may stand between two messages, and every write here is whole messages.
    this.#connection.write(pingFrame(this.#core), ignoreWritten);
    return true;
  }

  onMessage(buf: Buffer, span: RequestSpan): void {
    if (buf[span.start + 2 + HeaderOffset.type] === MessageType.pub) this.#publisher.publish(this.#session, buf, span);
    else this.#onRequest(buf[span.start + 2 + HeaderOffset.type]!, buf, span);
  }

  refuseLarge(buf: Buffer, span: RequestSpan): Refusal | undefined {
    return this.#publisher.refuseLarge(this.#session, buf, span);
  }

  onLarge(message: LargeReader): void {
    this.#publisher.publishLarge(this.#session, message);
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

  /** Subscriptions made in this read go live, then their replies leave. */
  #endRead(readBytes: number): void {
    const { keeper, fanOut, pacing } = this.#core;
    keeper.settle();
    this.#replier.flush();
    // A message of many reads is held up on the way too, or it would run over what its readers may hold.
    if (this.#publisher.takenCount === 0 && !this.#reader.isReadingLarge) return;
    fanOut.settle(this.#publisher.appendedBytes);
    this.#publisher.appendedBytes = 0;
    this.#publisher.takenCount = 0;
    pacing.afterRead(this.#connection, readBytes);
  }

  #onRequest(type: number, buf: Buffer, span: RequestSpan): void {
    switch (type) {
      case MessageType.pong:
      case MessageType.status:
        return;
      case MessageType.ping:
        return this.#replier.send(pongReply(this.#core.clock.nowMs));
      case MessageType.auth:
        return this.#onAuth(strictText(buf, span.payloadStart, span.payloadEnd));
      case MessageType.sub:
      case MessageType.unsub:
      case MessageType.query:
        return this.#onAuthenticated(type, buf, span);
      default:
        return this.#error(WireError.unsupportedType, `unsupported message type ${type}`);
    }
  }

  #onAuth(payload: string | undefined): void {
    const authenticator = new Authenticator(this.#core);
    const outcome = authenticator.authenticate(this.#connection, this.#session, payload);
    if ('code' in outcome) return this.#error(outcome.code, outcome.text);
    if (outcome !== this.#session) {
      this.#endSession('authenticated as another user');
      this.#session = outcome;
      const { address, port, client } = this.#connection;
      const opened = { session: outcome.id, userId: outcome.user.id, address, port, client };
      this.#core.emit({ kind: 'sessionOpened', ...opened });
    }
    this.#replier.ack(authenticator.reply(outcome));
  }

  #onAuthenticated(type: number, buf: Buffer, span: RequestSpan): void {
    const session = this.#session;
    if (session === null) return this.#error(WireError.notAuthenticated, 'not authenticated: send AUTH first');
    const payload = strictText(buf, span.payloadStart, span.payloadEnd);
    if (type === MessageType.query) return this.#onQuery(session, payload);
    const namespace = strictText(buf, span.namespaceAt + 2, span.topicAt);
    const pattern = strictText(buf, span.topicAt + 2, span.usernameAt);
    if (namespace === undefined || pattern === undefined) {
      return this.#error(WireError.malformed, 'malformed message: namespace or pattern is not UTF-8');
    }
    if (type === MessageType.unsub) {
      unsubscribe(this.#core, session, namespace, pattern);
      return this.#replier.ack({ status: 'UNSUB_OK' });
    }
    const refusal = subscribe(this.#core, session, namespace, pattern, payload);
    if (refusal !== undefined) this.#error(refusal.code, refusal.text);
    else this.#replier.ack({ status: 'SUB_OK' });
  }

  #onQuery(session: Session, payload: string | undefined): void {
    const answer = answerQuery(this.#core, session, payload);
    if (typeof answer === 'string') this.#error(WireError.badQuery, answer);
    else this.#replier.ack({ status: 'QUERY_OK', data: answer.data });
  }

  #error(code: number, text: string): void {
    if (this.#session !== null) this.#session.errorCount++;
    this.#replier.error(code, text);
  }

  #endSession(reason: string): void {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    this.#core.keeper.markSession(session);
    this.#core.sessions.close(session);
    if (session.subscriber !== null) session.subscriber.releaseSession();
    if (session.publishedCount > 0) this.#tellStale(session);
    const figures = connectionRow(session, null, this.#core.clock.nowUs);
    this.#core.emit({ kind: 'sessionClosed', session: session.id, userId: session.user.id, reason, figures });
  }

  /** The topics it published to last are stale now, which the next report tells. */
  #tellStale(session: Session): void {
    for (const namespace of this.#core.namespaces.all()) {
      for (const route of namespace.routes()) {
        if (route.publisher === session) this.#core.fanOut.figures.markChanged(route);
      }
    }
  }
}

const ignoreWritten = (): void => {};
