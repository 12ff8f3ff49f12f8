import { HeaderOffset, headerBytes, MessageType, wireVersion } from '@pulsemq/protocol';
import {
  encodeFrame,
  FrameFlag,
  frameHeaderBytes,
  joinBytes,
  utf8Bytes,
  writeFrameHeader,
  writeI64,
  writeU32,
} from '@pulsemq/zmtp';
import type { Allocate } from './platform.js';

/** The parts of a publish that differ between messages with the same names. */
export interface PublishFrame {
  readonly formatCode: number;
  /** Compression code and `PubFlag` bits. */
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly timestampMs: number;
}

/** Bytes gathered for one write. */
const batchBytes = 131_072;
/** From this size up a payload is written without a copy. */
const ownWriteBytes = 65_536;

const emptyLastFrame = encodeFrame(new Uint8Array(0));

/** Encodes the frames of namespace, topic and username, which are the same in every message to a topic. */
export const nameFrames = (namespace: string, topic: string, username: string): Uint8Array =>
  joinBytes(...[namespace, topic, username].map((name) => encodeFrame(utf8Bytes(name), FrameFlag.more)));

/** Gathers small messages in one buffer, so that a thousand publishes are one write. */
export class PublishBatch {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #allocate: Allocate;
  #buffer: Uint8Array;
  /** The bytes before it were written. The transport may still hold them. */
  #startBytes = 0;
  #endBytes = 0;

  constructor(write: (bytes: Uint8Array) => void, allocate: Allocate) {
    this.#write = write;
    this.#allocate = allocate;
    this.#buffer = allocate(batchBytes);
  }

  /** Adds one PUB. Writes the gathered messages first if it does not fit. */
  add(names: Uint8Array, frame: PublishFrame): void {
    const { payload } = frame;
    const headBytes = 2 + headerBytes + names.length + frameHeaderBytes(payload.length);
    const copied = payload.length < ownWriteBytes;
    const bytes = headBytes + (copied ? payload.length + emptyLastFrame.length : 0);
    if (this.#endBytes + bytes > this.#buffer.length) this.#renew();
    let at = this.#writeHead(names, frame);
    if (!copied) {
      this.#endBytes = at;
      this.flush();
      this.#write(payload);
      this.#write(emptyLastFrame);
      return;
    }
    this.#buffer.set(payload, at);
    at += payload.length;
    this.#endBytes = writeFrameHeader(this.#buffer, at, 0, 0);
  }

  /** Adds a message that is already encoded. */
  addWhole(message: Uint8Array): void {
    if (message.length >= ownWriteBytes) {
      this.flush();
      this.#write(message);
      return;
    }
    if (this.#endBytes + message.length > this.#buffer.length) this.#renew();
    this.#buffer.set(message, this.#endBytes);
    this.#endBytes += message.length;
  }

  /** Writes all gathered messages. */
  flush(): void {
    if (this.#endBytes === this.#startBytes) return;
    this.#write(this.#buffer.subarray(this.#startBytes, this.#endBytes));
    this.#startBytes = this.#endBytes;
  }

  /** The transport may still hold the old buffer. A new one costs less than waiting for it. */
  #renew(): void {
    this.flush();
    this.#buffer = this.#allocate(batchBytes);
    this.#startBytes = 0;
    this.#endBytes = 0;
  }

  #writeHead(names: Uint8Array, { formatCode, flags, payload, timestampMs }: PublishFrame): number {
    const buffer = this.#buffer;
    const header = writeFrameHeader(buffer, this.#endBytes, FrameFlag.more, headerBytes);
    buffer[header + HeaderOffset.version] = wireVersion;
    buffer[header + HeaderOffset.type] = MessageType.pub;
    buffer[header + HeaderOffset.format] = formatCode;
    buffer[header + HeaderOffset.flags] = flags;
    writeU32(buffer, header + HeaderOffset.payloadLength, payload.length);
    writeU32(buffer, header + HeaderOffset.messageCount, 0);
    writeI64(buffer, header + HeaderOffset.timestamp, timestampMs);
    buffer.set(names, header + headerBytes);
    return writeFrameHeader(buffer, header + headerBytes + names.length, FrameFlag.more, payload.length);
  }
}
