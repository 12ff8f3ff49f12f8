import { HeaderOffset, MessageType, PubFlag, WireError } from '@pulsemq/protocol';
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
import { PublishGate } from './publish-gate.js';

/** The publishes of one connection: finds the route and the right of each, hands it to the intake, and acknowledges it. */
export class Publisher {
  readonly #core: EngineCore;
  readonly #replier: Replier;
  readonly #gate: PublishGate;
  /** Messages accepted in this read. */
  #acceptedCount = 0;

  constructor(core: EngineCore, replier: Replier) {
    this.#core = core;
    this.#replier = replier;
    this.#gate = new PublishGate(core);
  }

  /** One whole message. The usual way is one lookup by bytes: it finds the route and proves right and name together. */
  publish(session: Session | null, message: RequestSpan): void {
    if (session === null) return this.refuse(session, notAuthenticated);
    if (!isGoodPublishHeader(message)) return this.refuse(session, refuseHeader(message));
    const entry = session.user.publishes.find(message.buf, message.namespaceAt, message.payloadAt);
    if (entry === undefined || entry.needsRewrite) return this.#publishCold(session, message);
    this.#accept(entry, message, session);
    this.#acknowledge(message.buf, message.start);
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
    return isRefusal(admission) ? admission : undefined;
  }

  /** A large message, whole. The right is looked up again: it may have been revoked while the bytes came in. */
  publishLarge(session: Session | null, reader: LargeReader): void {
    const message = reader.message();
    if (session === null) return this.#giveBack(reader, session, notAuthenticated);
    const admission = this.#admission(session, reader.span);
    if (isRefusal(admission)) return this.#giveBack(reader, session, admission);
    const { route, needsRewrite } = admission;
    const named = needsRewrite ? largeWithNames(message, reader.span, route, session.user.name) : message;
    this.#core.intake.accept(route, named, session);
    this.#acceptedCount++;
    this.#acknowledge(message.buf, 0);
  }

  /** Answers a message that is refused. */
  refuse(session: Session | null, refusal: Refusal): void {
    if (session !== null) session.errorCount++;
    if (!refusal.silent) this.#replier.error(refusal.code, refusal.text);
  }

  /**
   * Ends a read of `readBytes`: its publisher waits where subscribers lag. A large message of many reads is held up on the way too, or it
   * would exceed what its readers may hold.
   */
  endRead(connection: SessionConnection, readBytes: number, isReadingLarge: boolean): void {
    if (this.#acceptedCount === 0 && !isReadingLarge) return;
    this.#acceptedCount = 0;
    this.#core.fanOut.turn.flushIfFull();
    this.#core.pacing.afterRead(connection, readBytes);
  }

  #accept({ route }: PublishEntry, message: RequestSpan, session: Session): void {
    const { placement, intake } = this.#core;
    // A SUB earlier in the same read must already see this message.
    if (placement.isDirty) placement.apply();
    intake.accept(route, message, session);
    this.#acceptedCount++;
  }

  #acknowledge(buf: Buffer, start: number): void {
    if ((buf[start + 2 + HeaderOffset.flags]! & PubFlag.noReply) === 0) this.#replier.ackPublish();
  }

  #admission(session: Session, message: RequestSpan): PublishEntry | Refusal {
    return (
      session.user.publishes.find(message.buf, message.namespaceAt, message.payloadAt) ??
      this.#gate.admit(session, message)
    );
  }

  #publishCold(session: Session, message: RequestSpan): void {
    const admission = this.#admission(session, message);
    if (isRefusal(admission)) return this.refuse(session, admission);
    const { route, needsRewrite } = admission;
    this.#accept(admission, needsRewrite ? withNames(message, route, session.user.name) : message, session);
    this.#acknowledge(message.buf, message.start);
  }

  #giveBack(reader: LargeReader, session: Session | null, refusal: Refusal): void {
    this.#core.fanOut.memory.chunks.give(reader.slabs);
    this.refuse(session, refusal);
  }
}
