import { headerBytes, MessageType, wireVersion } from '@pulsemq/protocol';
import { encodeFrame, FrameFlag, frameHeaderBytes, writeFrameHeader } from '@pulsemq/zmtp';

/** What of a message differs from one to the next under the same names. */
export interface PublishFrame {
  readonly formatCode: number;
  /** Compression code and PUB flags. */
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly timestampMs: number;
}

/** Bytes gathered for one write. */
const batchBytes = 131_072;
/** A payload from this size on is written as it is, not copied. */
const ownWriteBytes = 65_536;

/** Where the header's fields lie in a message: behind the two bytes of its frame. */
const headerAt = 2;
const emptyLastFrame = encodeFrame(new Uint8Array(0));

/** The three frames of names, as they stand in every message: namespace, topic, username. */
export const nameFrames = (namespace: string, topic: string, username: string): Buffer =>
  Buffer.concat([namespace, topic, username].map((name) => encodeFrame(Buffer.from(name), FrameFlag.more)));

/** Puts small messages one behind the other, so that a thousand publishes are one write. */
export class PublishBatch {
  readonly #write: (bytes: Uint8Array) => void;
  #buffer = Buffer.allocUnsafeSlow(batchBytes);
  /** What lies before has been written; the socket may still hold it. */
  #startBytes = 0;
  #endBytes = 0;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Adds one PUB. What does not fit goes out first. */
  add(names: Buffer, frame: PublishFrame): void {
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
    this.#buffer[at] = 0;
    this.#buffer[at + 1] = 0;
    this.#endBytes = at + 2;
  }

  /** Adds a message that is ready. */
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

  /** Lets everything go. */
  flush(): void {
    if (this.#endBytes === this.#startBytes) return;
    this.#write(this.#buffer.subarray(this.#startBytes, this.#endBytes));
    this.#startBytes = this.#endBytes;
  }

  /** The socket may still hold the old buffer: a fresh one costs less than waiting. */
  #renew(): void {
    this.flush();
    this.#buffer = Buffer.allocUnsafeSlow(batchBytes);
    this.#startBytes = 0;
    this.#endBytes = 0;
  }

  #writeHead(names: Buffer, { formatCode, flags, payload, timestampMs }: PublishFrame): number {
    const buffer = this.#buffer;
    const start = this.#endBytes;
    buffer[start] = FrameFlag.more;
    buffer[start + 1] = headerBytes;
    const header = start + headerAt;
    buffer[header] = wireVersion;
    buffer[header + 1] = MessageType.pub;
    buffer[header + 2] = formatCode;
    buffer[header + 3] = flags;
    buffer.writeUInt32BE(payload.length, header + 4);
    buffer.writeUInt32BE(0, header + 8);
    buffer.writeUInt32BE(Math.floor(timestampMs / 0x1_0000_0000), header + 12);
    buffer.writeUInt32BE(timestampMs % 0x1_0000_0000, header + 16);
    buffer.set(names, header + headerBytes);
    return writeFrameHeader(buffer, header + headerBytes + names.length, FrameFlag.more, payload.length);
  }
}
