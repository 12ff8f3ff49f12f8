import { type DecodedPayload, decodePayload } from '@pulsemq/codecs';
import {
  algorithmOfCode,
  type CompressionAlgorithm,
  compressionMask,
  formatOfCode,
  type PayloadFormat,
  PubFlag,
} from '@pulsemq/protocol';

/** What is known of a delivery besides its names and payload. */
export interface DeliveryFields {
  readonly formatCode: number;
  readonly flags: number;
  readonly timestamp: number;
  readonly username: string;
  /** The block; all 0 from the Python broker. */
  readonly bits: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly receivedAtUs: number;
}

const snapshotBit = 0x01;
const conflatedBit = 0x02;
const droppedBit = 0x04;

/** One message as it arrived. The payload is decoded when `data` is first asked for. */
export class ReceivedMessage {
  readonly namespace: string;
  readonly topic: string;
  /** The payload as it was sent, compressed or not. */
  readonly payload: Buffer;
  /** The publisher's clock, Unix milliseconds. */
  readonly timestamp: number;
  /** Who published it, as the broker has checked. */
  readonly username: string;
  readonly #fields: DeliveryFields;
  #decoded: DecodedPayload | null = null;

  constructor(namespace: string, topic: string, payload: Buffer, fields: DeliveryFields) {
    this.namespace = namespace;
    this.topic = topic;
    this.payload = payload;
    this.timestamp = fields.timestamp;
    this.username = fields.username;
    this.#fields = fields;
  }

  /**
   * A Buffer, a string or a DataFrame, by `format`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` when the payload is not what it claims,
   * and a PayloadTooLargeError when it would become too large.
   */
  get data(): unknown {
    this.#decoded ??= decodePayload(this.#fields.formatCode, this.#fields.flags, this.payload);
    return this.#decoded.data;
  }

  /** `bytes`, `string`, `df_msgpack` or `df_pyarrow`. */
  get format(): PayloadFormat {
    return formatOfCode(this.#fields.formatCode) ?? 'bytes';
  }

  /** How the payload was compressed; null when it was not. */
  get compressed(): CompressionAlgorithm | null {
    return algorithmOfCode(this.#fields.flags & compressionMask) ?? null;
  }

  /** Number of this message in its topic and epoch, from 1; 0 from the Python broker, which does not count. */
  get sequence(): number {
    return this.#fields.sequence;
  }

  /** Changes whenever sequence numbers start again. */
  get epoch(): number {
    return this.#fields.epoch;
  }

  /** When the broker received it, by its clock: Unix milliseconds with a fraction. Undefined from the Python broker. */
  get receivedAt(): number | undefined {
    return this.#fields.receivedAtUs === 0 ? undefined : this.#fields.receivedAtUs / 1_000;
  }

  /** The broker dropped messages for this client before this one. */
  get afterDrop(): boolean {
    return (this.#fields.bits & droppedBit) !== 0;
  }

  /** A kept last value, not a new message. */
  get isSnapshot(): boolean {
    return (this.#fields.bits & snapshotBit) !== 0;
  }

  /** Stands for several updates. */
  get isConflated(): boolean {
    return (this.#fields.bits & conflatedBit) !== 0;
  }

  /** Its publisher wants it kept when a slow subscriber's queue is conflated. */
  get doNotConflate(): boolean {
    return (this.#fields.flags & PubFlag.doNotConflate) !== 0;
  }

  /** Its publisher sent it a second time, not knowing whether the first had arrived. */
  get maybeDuplicate(): boolean {
    return (this.#fields.flags & PubFlag.maybeDuplicate) !== 0;
  }
}
