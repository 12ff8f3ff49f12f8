import { HeaderOffset, MessageType, PubFlag, WireError } from '@pulsemq/protocol';
import type { Route } from '../../route/route.js';
import type { User } from '../auth/user.js';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { SessionConnection } from '../session-connection.js';
import type { LargeReader } from '../wire/large-reader.js';
import type { RequestSpan } from '../wire/message-locator.js';
import { isGoodPublishHeader, refuseHeader } from '../wire/publish-header.js';
import { isRefusal, notAuthenticated, type Refusal, refusal } from '../wire/refusal.js';
import type { Replier } from '../wire/replier.js';
import { largeWithNames, withNames } from './filled-names.js';
import type { PublishEntry } from './publish-entry.js';
import { admitPublish } from './publish-gate.js';

/** The reader of the messages. */
export interface SlowWorkOwner {
  /** Called after work that takes long, regrouping or a new topic: stops reading when the turn has had enough of it. */
  stopIfSpent(): void;
}

/** The publishes of one connection: finds the route and the right of each, hands it to the intake, and acknowledges it. */
export class Publisher {
  readonly #core: EngineCore;
  readonly #replier: Replier;
  readonly #connection: SessionConnection;
  readonly #owner: SlowWorkOwner;
  /** Messages accepted in this read, and their payload bytes. */
  #acceptedCount = 0;
  #acceptedBytes = 0;
  /** The user and the bytes reserved for the large message that is coming in. */
  #reserved: { readonly user: User; readonly bytes: number } | null = null;

  constructor(core: EngineCore, connection: SessionConnection, replier: Replier, owner: SlowWorkOwner) {
    this.#core = core;
    this.#connection = connection;
    this.#replier = replier;
    this.#owner = owner;
  }

  /** One whole message. The usual way is one lookup by bytes: it finds the route and proves right and name together. */
  publish(session: Session | null, message: RequestSpan): void {
    if (session === null) return this.refuse(session, notAuthenticated);
    if (!isGoodPublishHeader(message)) return this.refuse(session, refuseHeader(message));
    const entry = session.user.publishes.find(message.buf, message.namespaceAt, message.payloadAt);
    if (entry === undefined || entry.needsRewrite) return this.#publishCold(session, message);
    this.#accept(entry, message, session);
    this.#acknowledge(entry.route, message.buf, message.start);
  }

  /** Says why a large message is refused, before any of it is kept. */
  refuseLarge(session: Session | null, head: RequestSpan): Refusal | undefined {
    if (head.buf[head.start + 2 + HeaderOffset.type] !== MessageType.pub) {
      return refusal(
        WireError.payloadTooLarge,
        `payload of ${head.payloadBytes} bytes: a message of this size can only be a PUB`,
      );
    }
    if (session === null) return notAuthenticated;
    if (!isGoodPublishHeader(head)) return refuseHeader(head);
    const admission = this.#admission(session, head);
    return isRefusal(admission) ? admission : this.#reserve(session.user, head.payloadEnd - head.start);
  }

  /** A large message, whole. The right is looked up again: it may have been revoked while the bytes came in. */
  publishLarge(session: Session | null, reader: LargeReader): void {
    const message = reader.message();
    const { payloadBytes } = message;
    if (session === null) return this.#giveBack(reader, session, notAuthenticated);
    const admission = this.#admission(session, reader.span);
    if (isRefusal(admission)) return this.#giveBack(reader, session, admission);
    const { route, needsRewrite } = admission;
    const named = needsRewrite ? largeWithNames(message, reader.span, route, session.user.name) : message;
    this.#count(payloadBytes);
    this.#core.intake.accept(route, named, session);
    this.#acknowledge(route, message.buf, 0);
    this.release();
  }

  /** Answers a message that is refused. */
  refuse(session: Session | null, refusal: Refusal): void {
    this.release();
    if (session !== null) session.errorCount++;
    if (!refusal.silent) this.#replier.error(refusal.code, refusal.text);
  }

  /**
   * Ends a read of `readBytes`: its publisher waits where subscribers lag, or where its user publishes too fast. A large message of many reads is held up on the way too, or it
   * would exceed what its readers may hold.
   */
  endRead(user: User | undefined, readBytes: number, isReadingLarge: boolean): void {
    if (this.#acceptedCount === 0 && !isReadingLarge) return;
    const { fanOut, pacing, publishRate, journal } = this.#core;
    fanOut.turn.flushIfFull();
    pacing.afterRead(this.#connection, readBytes);
    if (journal !== null && journal.feed !== null) {
      this.#core.journalPause.afterRead(journal.feed, this.#connection, readBytes);
    }
    if (publishRate !== null && user !== undefined) {
      publishRate.afterRead(user, this.#connection, this.#acceptedCount, this.#acceptedBytes);
    }
    this.#acceptedCount = 0;
    this.#acceptedBytes = 0;
  }

  /** Gives back what is reserved for a large message: it is whole, refused, or its connection has closed. */
  release(): void {
    if (this.#reserved === null) return;
    this.#core.inbound.release(this.#reserved.user, this.#reserved.bytes);
    this.#reserved = null;
  }

  #accept({ route }: PublishEntry, message: RequestSpan, session: Session): void {
    const { placement, intake } = this.#core;
    // A SUB earlier in the same read must already see this message.
    if (placement.isDirty) this.#measure(() => placement.apply());
    this.#count(message.payloadBytes);
    intake.accept(route, message, session);
  }

  #count(payloadBytes: number): void {
    this.#acceptedCount++;
    this.#acceptedBytes += payloadBytes;
  }

  #reserve(user: User, bytes: number): Refusal | undefined {
    const text = this.#core.inbound.reserve(user, bytes, this.#connection.address);
    if (text !== undefined) return refusal(WireError.limitReached, text);
    this.#reserved = { user, bytes };
    return undefined;
  }

  #acknowledge(route: Route, buf: Buffer, start: number): void {
    if ((buf[start + 2 + HeaderOffset.flags]! & PubFlag.noReply) === 0)
      this.#replier.ackPublish(route.namespace.log !== null);
  }

  #admission(session: Session, message: RequestSpan): PublishEntry | Refusal {
    return (
      session.user.publishes.find(message.buf, message.namespaceAt, message.payloadAt) ??
      this.#measure(() => admitPublish(this.#core, session, message))
    );
  }

  #measure<Result>(work: () => Result): Result {
    const { requestBudget } = this.#core;
    requestBudget.begin();
    const result = work();
    requestBudget.end();
    this.#owner.stopIfSpent();
    return result;
  }

  #publishCold(session: Session, message: RequestSpan): void {
    const admission = this.#admission(session, message);
    if (isRefusal(admission)) return this.refuse(session, admission);
    const { route, needsRewrite } = admission;
    this.#accept(admission, needsRewrite ? withNames(message, route, session.user.name) : message, session);
    this.#acknowledge(route, message.buf, message.start);
  }

  #giveBack(reader: LargeReader, session: Session | null, refusal: Refusal): void {
    this.#core.fanOut.memory.chunks.give(reader.slabs);
    this.refuse(session, refusal);
  }
}
