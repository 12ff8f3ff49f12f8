import type { DecodedPayload } from '@pulsemq/codecs';
import {
  algorithmOfCode,
  BlockBit,
  BlockOffset,
  type CompressionAlgorithm,
  compressionMask,
  formatOfCode,
  HeaderOffset,
  type PayloadFormat,
  PubFlag,
} from '@pulsemq/protocol';
import { readI64 } from '@pulsemq/zmtp';
import { decodePayload, isDataFrame, jsonValue } from '#codecs';
import { badOption } from './option-checks.js';
import { utf8Text } from './utf8-text.js';

/** Position of the parts of a delivery in bytes that do not change any more. */
export interface DeliveryPlace {
  readonly bytes: Uint8Array;
  readonly headerAt: number;
  readonly usernameAt: number;
  readonly usernameEnd: number;
  readonly payloadAt: number;
  readonly payloadEnd: number;
  /** -1 without a delivery block: from the Python broker. */
  readonly blockAt: number;
}

/** The mark of a recovered message among the bits of its block. The client sets it in its own copy; a broker never sends it. */
export const recoveredBit = 0x80;

/** What a clone of a message has: all that is in the message, but not its class. */
export type MessageClone = Pick<ReceivedMessage, 'namespace' | 'topic' | 'sequence' | 'epoch' | 'place'>;

/**
 * A received message. Its properties are decoded when they are read. Messages that arrived together share memory: a message that is kept
 * keeps up to 16 KiB.
 *
 * `structuredClone` and `postMessage` keep everything that is in it, but not its class: `ReceivedMessage.from` makes a message of the
 * clone. `JSON.stringify` writes all properties, with the decoded payload as `data`.
 */
export class ReceivedMessage {
  readonly namespace: string;
  readonly topic: string;
  /** Number of the message in its topic and epoch, from 1. 0 from the Python broker, which does not number messages. */
  readonly sequence: number;
  /** Changes when sequence numbers begin again at 1. 0 from the Python broker. */
  readonly epoch: number;
  /** Its bytes, which the other properties read. Own and not private, so that clones have it. */
  readonly place: DeliveryPlace;
  #payload: Uint8Array | null = null;
  #decoded: DecodedPayload | null = null;

  /** The client makes messages; programs only receive them. */
  constructor(namespace: string, topic: string, sequence: number, epoch: number, place: DeliveryPlace) {
    this.namespace = namespace;
    this.topic = topic;
    this.sequence = sequence;
    this.epoch = epoch;
    this.place = place;
  }

  /**
   * The message of a clone: of what `structuredClone` returns, or of what another thread has posted. Its `payload` is a plain Uint8Array on
   * Node, too. Throws a PulseMQError `PMQ_BAD_OPTION` for other objects, such as what `JSON.parse` makes: the bytes are not in the JSON.
   */
  static from(clone: MessageClone): ReceivedMessage {
    const { namespace, topic, sequence, epoch, place } = clone;
    if (!ArrayBuffer.isView(place?.bytes))
      throw badOption('clone', clone, 'a message from structuredClone or postMessage, not from JSON');
    return new ReceivedMessage(namespace, topic, sequence, epoch, place);
  }

  /**
   * The decoded payload: a Uint8Array (on Node a Buffer), a string or a DataFrame, by `format`. Throws a PulseMQError `PMQ_BAD_PAYLOAD`
   * if the payload is not valid in its format, and a PayloadTooLargeError if it decompresses past the limit of the format. In a browser a
   * message that was made by `from` needs `loadCodecs()` before.
   */
  get data(): unknown {
    this.#decoded ??= decodePayload(this.#header(HeaderOffset.format), this.#flags, this.payload);
    return this.#decoded.data;
  }

  /** The payload as it was sent, compressed or not. On Node a Buffer. */
  get payload(): Uint8Array {
    if (this.#payload !== null) return this.#payload;
    const { bytes, payloadAt, payloadEnd } = this.place;
    this.#payload = bytes.subarray(payloadAt, payloadEnd);
    return this.#payload;
  }

  /** Bytes of the payload. Cheaper than `payload.length`, because it makes no view. */
  get payloadBytes(): number {
    return this.place.payloadEnd - this.place.payloadAt;
  }

  /** `bytes`, `string`, `df_msgpack` or `df_pyarrow`. */
  get format(): PayloadFormat {
    return formatOfCode(this.#header(HeaderOffset.format)) ?? 'bytes';
  }

  /** Compression of the payload; null if there is none. */
  get compressed(): CompressionAlgorithm | null {
    return algorithmOfCode(this.#flags & compressionMask) ?? null;
  }

  /** Time by the publisher's clock, Unix milliseconds. */
  get timestamp(): number {
    return readI64(this.place.bytes, this.place.headerAt + HeaderOffset.timestamp);
  }

  /** The publisher. The broker has checked that it is the authenticated user. */
  get username(): string {
    const { bytes, usernameAt, usernameEnd } = this.place;
    return utf8Text(bytes, usernameAt, usernameEnd);
  }

  /** Time of receipt by the broker's clock, Unix milliseconds with a fraction. Undefined from the Python broker. */
  get receivedAt(): number | undefined {
    const { bytes, blockAt } = this.place;
    return blockAt < 0 ? undefined : readI64(bytes, blockAt + BlockOffset.receivedAt) / 1_000;
  }

  /** True if the broker dropped messages of this client before this one. */
  get afterDrop(): boolean {
    return (this.#bits & BlockBit.dropped) !== 0;
  }

  /** True for a last value that the broker has kept. It is not new. */
  get isSnapshot(): boolean {
    return (this.#bits & BlockBit.snapshot) !== 0;
  }

  /**
   * True if the message was missing and was asked from the broker's history. It stands in its place among the messages of its topic, but came
   * later than them.
   */
  get isRecovered(): boolean {
    return (this.#bits & recoveredBit) !== 0;
  }

  /** True if the message comes from a replay. It is not new. */
  get isReplayed(): boolean {
    return (this.#bits & BlockBit.replayed) !== 0;
  }

  /** True if the message stands for several updates. */
  get isConflated(): boolean {
    return (this.#bits & BlockBit.conflated) !== 0;
  }

  /** Updates that the message stands for, itself included: 1 unless it is conflated. It stops at 65,535. */
  get conflatedCount(): number {
    if (!this.isConflated) return 1;
    const { bytes, blockAt } = this.place;
    const at = blockAt + BlockOffset.conflatedCount;
    return (bytes[at]! << 8) | bytes[at + 1]!;
  }

  /** True if the publisher excluded the message from conflation. */
  get doNotConflate(): boolean {
    return (this.#flags & PubFlag.doNotConflate) !== 0;
  }

  /** True if the publisher sent the message again after a lost connection: the first copy may have arrived, too. */
  get maybeDuplicate(): boolean {
    return (this.#flags & PubFlag.maybeDuplicate) !== 0;
  }

  /**
   * All properties, for JSON.stringify. `data` is the text, the rows of the DataFrame as its own `toJSON` has them, or base64 of bytes. If
   * the payload cannot be decoded, `data` is null, `problem` says why, and `payload` is base64.
   */
  toJSON(): Record<string, unknown> {
    return { ...this.#properties(), ...this.#jsonContent() };
  }

  /** What Node prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): Record<string, unknown> {
    return { ...this.#properties(), payload: this.payload };
  }

  #properties(): Record<string, unknown> {
    const { namespace, topic, sequence, epoch, username, format, compressed, timestamp, receivedAt } = this;
    const { afterDrop, isSnapshot, isRecovered, isReplayed, isConflated, conflatedCount } = this;
    const { doNotConflate, maybeDuplicate } = this;
    const ways = { afterDrop, isSnapshot, isRecovered, isReplayed };
    const marks = { ...ways, isConflated, conflatedCount, doNotConflate, maybeDuplicate };
    return { namespace, topic, sequence, epoch, username, format, compressed, timestamp, receivedAt, ...marks };
  }

  #jsonContent(): Record<string, unknown> {
    try {
      const { data } = this;
      if (isDataFrame(data)) return { data: data.toJSON() };
      return { data: typeof data === 'string' ? data : jsonValue(data) };
    } catch (error) {
      return { data: null, problem: (error as Error).message, payload: jsonValue(this.payload) };
    }
  }

  get #flags(): number {
    return this.#header(HeaderOffset.flags);
  }

  get #bits(): number {
    const { bytes, blockAt } = this.place;
    return blockAt < 0 ? 0 : bytes[blockAt + BlockOffset.bits]!;
  }

  #header(offset: number): number {
    return this.place.bytes[this.place.headerAt + offset]!;
  }
}
