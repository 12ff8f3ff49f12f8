import { HeaderOffset, headerBytes, MessageType, PubFlag, WireError } from '@pulsemq/protocol';
import { encodeFrame, encodeMessage, FrameFlag, frameHeaderBytes, writeFrameHeader } from '@pulsemq/zmtp';
import { deliver } from '../../fanout/batch/delivery.js';
import { largeBatch } from '../../fanout/batch/large-batch.js';
import type { Route } from '../../route/route.js';
import type { PublishEntry } from '../auth/user-table.js';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { LargeReader } from '../wire/large-reader.js';
import { RequestSpan } from '../wire/message-locator.js';
import { isGoodPublishHeader, refuseHeader } from '../wire/publish-header.js';
import type { Replier } from '../wire/replier.js';
import type { Refusal } from '../wire/request-reader.js';
import { isRefusal, PublishGate } from './publish-gate.js';

/** A PUB before AUTH. */
const unauthenticated: Refusal = {
  code: WireError.notAuthenticated,
  text: 'not authenticated: send AUTH first',
  silent: false,
};

/** The hot half of a publish: one lookup by bytes, then straight into the batches. */
export class Publisher {
  /** Bytes appended to batches since this was last set to zero; the reader's end of read does. */
  appendedBytes = 0;
  /** Messages taken since this was last set to zero. */
  takenCount = 0;
  readonly #core: EngineCore;
  readonly #replier: Replier;
  readonly #gate: PublishGate;

  constructor(core: EngineCore, replier: Replier) {
    this.#core = core;
    this.#replier = replier;
    this.#gate = new PublishGate(core);
  }

  /** One whole message. */
  publish(session: Session | null, buf: Buffer, span: RequestSpan): void {
    if (session === null) return this.refuse(session, unauthenticated);
    if (!isGoodPublishHeader(buf, span)) return this.refuse(session, refuseHeader(buf, span));
    const entry = session.user.publishes.find(buf, span.namespaceAt, span.payloadAt);
    if (entry === undefined || entry.needsRewrite) return this.#publishCold(session, buf, span);
    this.#forward(entry, session, buf, span);
    if ((buf[span.start + 2 + HeaderOffset.flags]! & PubFlag.noReply) === 0) this.#replier.ackPublish();
  }

  /** Why a large message will not be taken; asked before any of it is kept. */
  refuseLarge(session: Session | null, buf: Buffer, span: RequestSpan): Refusal | undefined {
    if (buf[span.start + 2 + HeaderOffset.type] !== MessageType.pub) {
      const sizeBytes = span.payloadEnd - span.payloadStart;
      return {
        code: WireError.payloadTooLarge,
        text: `payload of ${sizeBytes} bytes is too large for this type`,
        silent: false,
      };
    }
    if (session === null) return unauthenticated;
    if (!isGoodPublishHeader(buf, span)) return refuseHeader(buf, span);
    const admission = this.#admission(session, buf, span);
    return isRefusal(admission) ? admission : undefined;
  }

  /** A large message, whole. Its right is looked up again: it may have gone while the bytes came in. */
  publishLarge(session: Session | null, message: LargeReader): void {
    const { span } = message;
    const head = message.chunks[0]!;
    const admission = session === null ? unauthenticated : this.#admission(session, head, span);
    if (isRefusal(admission)) return this.refuse(session, admission);
    const { route } = admission;
    const publisher = session!;
    const chunks = admission.needsRewrite
      ? rewrittenChunks(message, route.namespace.name, session!.user.name)
      : message.chunks;
    const { clock, fanOut } = this.#core;
    const payloadBytes = span.payloadEnd - span.payloadStart;
    this.#count(route, publisher, head, 0, payloadBytes);
    const groups = route.namespace.groupsOf(route);
    route.noteMatches(groups);
    if (route.keepsLastValue) this.#core.lastValues.keep(route, chunks);
    const { slabs, reserved } = message;
    if (groups.length > 0) fanOut.deliverLarge(groups, largeBatch(route, chunks, slabs, reserved, clock), slabs);
    else fanOut.chunkPool.give(slabs);
    if ((head[2 + HeaderOffset.flags]! & PubFlag.noReply) === 0) this.#replier.ackPublish();
  }

  /** Answers a message that was not taken. */
  refuse(session: Session | null, refusal: Refusal): void {
    if (session !== null) session.errorCount++;
    if (!refusal.silent) this.#replier.error(refusal.code, refusal.text);
  }

  #forward(entry: PublishEntry, session: Session, buf: Buffer, span: RequestSpan): void {
    const { route } = entry;
    const { keeper, clock } = this.#core;
    // A SUB earlier in the same read must already see this message.
    if (keeper.isDirty) keeper.settle();
    this.#count(route, session, buf, span.start, span.payloadEnd - span.payloadStart);
    const groups = route.namespace.groupsOf(route);
    route.noteMatches(groups);
    if (route.keepsLastValue) this.#core.lastValues.keep(route, [buf.subarray(span.start, span.payloadEnd)]);
    if (groups.length > 0) this.appendedBytes += deliver(groups, route, buf, span, clock);
  }

  /** One message taken: its sequence, who sent it, how long it was on its way. */
  #count(route: Route, session: Session, buf: Buffer, start: number, payloadBytes: number): void {
    const { counters, fanOut, clock } = this.#core;
    route.advance(payloadBytes);
    route.publisher = session;
    if (route.turnCount++ === 0) fanOut.touch(route);
    const at = start + 2 + HeaderOffset.timestamp;
    const highMs = readU32(buf, at);
    if (highMs === clock.highMs) route.noteDelay((clock.lowMs >>> 0) - readU32(buf, at + 4));
    else if (highMs > clock.highMs) route.aheadCount++;
    session.publishedCount++;
    session.publishedBytes += payloadBytes;
    counters.publishedCount++;
    counters.publishedBytes += payloadBytes;
    this.takenCount++;
  }

  #admission(session: Session, buf: Buffer, span: RequestSpan): PublishEntry | Refusal {
    const found = session.user.publishes.find(buf, span.namespaceAt, span.payloadAt);
    if (found !== undefined) return found;
    const silent = (buf[span.start + 2 + HeaderOffset.flags]! & PubFlag.noReply) !== 0;
    return this.#gate.admit(session, buf, span, silent);
  }

  #publishCold(session: Session, buf: Buffer, span: RequestSpan): void {
    const admission = this.#admission(session, buf, span);
    if (isRefusal(admission)) return this.refuse(session, admission);
    if (admission.needsRewrite) this.#forwardRewritten(admission, session, buf, span);
    else this.#forward(admission, session, buf, span);
    if ((buf[span.start + 2 + HeaderOffset.flags]! & PubFlag.noReply) === 0) this.#replier.ackPublish();
  }

  /** A message whose namespace or username frame is empty goes out with the names it means. */
  #forwardRewritten(entry: PublishEntry, session: Session, buf: Buffer, span: RequestSpan): void {
    const plain = Buffer.from(
      encodeMessage([
        buf.subarray(span.start + 2, span.start + 2 + headerBytes),
        Buffer.from(entry.route.namespace.name),
        Buffer.from(entry.route.topic),
        Buffer.from(session.user.name),
        buf.subarray(span.payloadStart, span.payloadEnd),
        buf.subarray(span.reservedStart, span.reservedEnd),
      ]),
    );
    const rewritten = new RequestSpan();
    rewritten.reservedEnd = plain.length;
    rewritten.reservedStart = plain.length - (span.reservedEnd - span.reservedStart);
    rewritten.payloadEnd = rewritten.reservedStart - frameHeaderBytes(span.reservedEnd - span.reservedStart);
    rewritten.payloadStart = rewritten.payloadEnd - (span.payloadEnd - span.payloadStart);
    this.#forward(entry, session, plain, rewritten);
  }
}

const readU32 = (buf: Buffer, at: number): number =>
  ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;

/** The chunks of a large message with its names filled in: only the first one changes. */
function rewrittenChunks(message: LargeReader, namespace: string, username: string): Buffer[] {
  const { span, chunks } = message;
  const first = chunks[0]!;
  const payloadHead = new Uint8Array(9);
  const payloadBytes = span.payloadEnd - span.payloadStart;
  const payloadHeadBytes = writeFrameHeader(payloadHead, 0, FrameFlag.more, payloadBytes);
  const head = Buffer.concat([
    first.subarray(0, span.namespaceAt),
    encodeFrame(Buffer.from(namespace), FrameFlag.more),
    first.subarray(span.topicAt, span.usernameAt),
    encodeFrame(Buffer.from(username), FrameFlag.more),
    payloadHead.subarray(0, payloadHeadBytes),
    first.subarray(span.payloadStart),
  ]);
  return [head, ...chunks.slice(1)];
}
