import { HeaderOffset, MessageType, WireError } from '@pulsemq/protocol';
import { encodePong, parseCommand, parsePing } from '@pulsemq/zmtp';
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
import { isRefusal, malformed, notAuthenticated, type Refusal, refusal } from './wire/refusal.js';
import { Replier } from './wire/replier.js';
import { pongReply } from './wire/replies.js';
import { RequestReader, type RequestReceiver } from './wire/request-reader.js';
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
  readonly #authenticator: Authenticator;
  #session: Session | null = null;

  constructor(core: EngineCore, connection: SessionConnection) {
    this.#core = core;
    this.#connection = connection;
    this.#reader = new RequestReader(this, core.fanOut.memory.chunks);
    this.#replier = new Replier(core, connection);
    this.#publisher = new Publisher(core, this.#replier);
    this.#authenticator = new Authenticator(core);
  }

  onBytes(buf: Buffer, start: number, end: number): void {
    this.#reader.push(buf, start, end);
    // Subscriptions made in this read go live before their replies leave.
    this.#core.placement.apply();
    this.#replier.flush();
    this.#publisher.endRead(this.#connection, end - start, this.#reader.isReadingLarge);
  }

  onClosing(): void {}

  onClosed(reason: string): void {
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
        return this.#replier.send(pongReply(this.#core.clock.nowMs));
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
    const outcome = this.#authenticator.authenticate(this.#connection, this.#session, payload);
    if (isRefusal(outcome)) return this.#refuse(outcome);
    if (outcome !== this.#session) {
      this.#endSession('authenticated as another user');
      this.#session = outcome;
      this.#core.events.sessionOpened(outcome);
    }
    this.#replier.ack(this.#authenticator.reply(outcome));
  }

  #onQuery(payload: string | undefined): void {
    if (this.#session === null) return this.#refuse(notAuthenticated);
    const answer = answerQuery(this.#core, this.#session, payload);
    if (typeof answer === 'string') this.#refuse(refusal(WireError.badQuery, answer));
    else this.#replier.ack({ status: 'QUERY_OK', data: answer.data });
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
      unsubscribe(this.#core, session, namespace, pattern);
      return this.#replier.ack({ status: 'UNSUB_OK' });
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
    const { placement, sessions, fanOut, events } = this.#core;
    placement.markSession(session);
    sessions.close(session);
    session.subscriber?.releaseSession();
    // The topics it published to last are stale now, which the next report tells.
    for (const route of session.routes()) fanOut.figures.markChanged(route);
    events.sessionClosed(session, reason);
  }
}

const payloadText = ({ buf, payloadStart, payloadEnd }: RequestSpan): string | undefined =>
  strictText(buf, payloadStart, payloadEnd);

const ignoreWritten = (): void => {};
