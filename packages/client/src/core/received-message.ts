import { type DecodedPayload, decodePayload } from '@pulsemq/codecs';
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
import { readI64 } from './read-integers.js';

/** Where the parts of a delivery lie in bytes that nobody changes any more. */
export interface DeliveryPlace {
  readonly bytes: Buffer;
  readonly headerAt: number;
  readonly usernameAt: number;
  readonly usernameEnd: number;
  readonly payloadAt: number;
  readonly payloadEnd: number;
  /** -1 where there is none: from the Python broker. */
  readonly blockAt: number;
}

/**
 * One message as it arrived. Nothing is decoded before it is asked for. Messages that came together share memory: one that is kept
 * keeps up to 16 KiB alive.
 */
export class ReceivedMessage {
  readonly namespace: string;
  readonly topic: string;
  /** Number of this message in its topic and epoch, from 1; 0 from the Python broker, which does not count. */
  readonly sequence: number;
  /** Changes whenever sequence numbers start again. 0 from the Python broker. */
  readonly epoch: number;
  readonly #place: DeliveryPlace;
  #payload: Buffer | null = null;
  #decoded: DecodedPayload | null = null;

  /** Only the client makes messages. */
  constructor(namespace: string, topic: string, sequence: number, epoch: number, place: DeliveryPlace) {
    this.namespace = namespace;
    this.topic = topic;
    this.sequence = sequence;
    this.epoch = epoch;
    this.#place = place;
  }

  /**
   * A Buffer, a string or a DataFrame, by `format`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` when the payload is not what it claims,
   * and a PayloadTooLargeError when it would become too large.
   */
  get data(): unknown {
    this.#decoded ??= decodePayload(this.#header(HeaderOffset.format), this.#flags, this.payload);
    return this.#decoded.data;
  }

  /** The payload as it was sent, compressed or not. */
  get payload(): Buffer {
    if (this.#payload !== null) return this.#payload;
    const { bytes, payloadAt, payloadEnd } = this.#place;
    this.#payload = bytes.subarray(payloadAt, payloadEnd);
    return this.#payload;
  }

  /** Bytes of the payload, without making a view of it. */
  get payloadBytes(): number {
    return this.#place.payloadEnd - this.#place.payloadAt;
  }

  /** `bytes`, `string`, `df_msgpack` or `df_pyarrow`. */
  get format(): PayloadFormat {
    return formatOfCode(this.#header(HeaderOffset.format)) ?? 'bytes';
  }

  /** How the payload was compressed; null when it was not. */
  get compressed(): CompressionAlgorithm | null {
    return algorithmOfCode(this.#flags & compressionMask) ?? null;
  }

  /** The publisher's clock, Unix milliseconds. */
  get timestamp(): number {
    return readI64(this.#place.bytes, this.#place.headerAt + HeaderOffset.timestamp);
  }

  /** Who published it, as the broker has checked. */
  get username(): string {
    const { bytes, usernameAt, usernameEnd } = this.#place;
    return bytes.toString('utf8', usernameAt, usernameEnd);
  }

  /** When the broker received it, by its clock: Unix milliseconds with a fraction. Undefined from the Python broker. */
  get receivedAt(): number | undefined {
    const { bytes, blockAt } = this.#place;
    return blockAt < 0 ? undefined : readI64(bytes, blockAt + BlockOffset.receivedAt) / 1_000;
  }

  /** The broker dropped messages for this client before this one. */
  get afterDrop(): boolean {
    return (this.#bits & BlockBit.dropped) !== 0;
  }

  /** A kept last value, not a new message. */
  get isSnapshot(): boolean {
    return (this.#bits & BlockBit.snapshot) !== 0;
  }

  /** Stands for several updates. */
  get isConflated(): boolean {
    return (this.#bits & BlockBit.conflated) !== 0;
  }

  /** Its publisher wants it kept when a slow subscriber's queue is conflated. */
  get doNotConflate(): boolean {
    return (this.#flags & PubFlag.doNotConflate) !== 0;
  }

  /** Its publisher sent it a second time, not knowing whether the first had arrived. */
  get maybeDuplicate(): boolean {
    return (this.#flags & PubFlag.maybeDuplicate) !== 0;
  }

  get #flags(): number {
    return this.#header(HeaderOffset.flags);
  }

  get #bits(): number {
    const { bytes, blockAt } = this.#place;
    return blockAt < 0 ? 0 : bytes[blockAt + BlockOffset.bits]!;
  }

  #header(offset: number): number {
    return this.#place.bytes[this.#place.headerAt + offset]!;
  }
}
