import { FrameFlag, frameBodyBytes, frameHeaderBytesOf, parseCommand, parsePing } from '@pulsemq/zmtp';

/** Frames of the longest message of the protocol, a delivery. */
const maxFrameCount = 7;
/** Bytes of a read that are joined with a split message first. Most messages are shorter; joining the whole read costs a copy of it. */
const joinedBytes = 4_096;

/** A message in place. The positions are those of the frame bodies, valid only during the call. */
export interface MessageView {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly frameCount: number;
}

/** Receives what a connection reads. */
export interface MessageSink {
  onMessage(message: MessageView): void;
  onPing(context: Uint8Array): void;
}

/**
 * Finds whole messages in reads, by position. A reader of 500 lanes takes millions of deliveries a second: a call for each frame would
 * cost more than the broker.
 */
export class MessageWalker implements MessageView {
  bytes: Buffer = Buffer.alloc(0);
  readonly starts = new Int32Array(maxFrameCount);
  readonly ends = new Int32Array(maxFrameCount);
  frameCount = 0;
  readonly #sink: MessageSink;
  /** The beginning of a message that a read has split. */
  #rest = Buffer.alloc(0);

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** Throws an Error for a message with too many frames, and a ZmtpError for a malformed command. */
  push(chunk: Buffer): void {
    let at = this.#rest.length === 0 ? 0 : this.#finishRest(chunk);
    while (at < chunk.length) {
      const end = this.#walk(chunk, at);
      if (end < 0) break;
      at = end;
    }
    if (at < chunk.length) this.#rest = Buffer.from(chunk.subarray(at));
  }

  /** Offset in the chunk after the split message; the length of the chunk where the message is still not whole. */
  #finishRest(chunk: Buffer): number {
    const restBytes = this.#rest.length;
    for (const takenBytes of [joinedBytes, chunk.length]) {
      const joined = Buffer.concat([this.#rest, chunk.subarray(0, takenBytes)]);
      const end = this.#walk(joined, 0);
      if (end > restBytes) {
        this.#rest = Buffer.alloc(0);
        return end - restBytes;
      }
      if (takenBytes >= chunk.length) {
        this.#rest = joined;
        break;
      }
    }
    return chunk.length;
  }

  /** Hands on the message or command at an offset. Returns the offset after it, or -1 where it is not whole. */
  #walk(bytes: Buffer, from: number): number {
    let at = from;
    for (let frame = 0; ; frame++) {
      if (at >= bytes.length) return -1;
      const flags = bytes[at]!;
      const start = at + frameHeaderBytesOf(flags);
      if (start > bytes.length) return -1;
      const end = start + frameBodyBytes(bytes, at);
      if (end > bytes.length) return -1;
      if ((flags & FrameFlag.command) !== 0) {
        this.#onCommand(bytes, start, end);
        return end;
      }
      if (frame === maxFrameCount) throw new Error(`a message has more than ${maxFrameCount} frames`);
      this.starts[frame] = start;
      this.ends[frame] = end;
      at = end;
      if ((flags & FrameFlag.more) !== 0) continue;
      this.bytes = bytes;
      this.frameCount = frame + 1;
      this.#sink.onMessage(this);
      return end;
    }
  }

  #onCommand(bytes: Buffer, start: number, end: number): void {
    const { name, bodyStart, bodyEnd } = parseCommand(bytes, start, end);
    if (name === 'PING') this.#sink.onPing(parsePing(bytes, bodyStart, bodyEnd).context);
  }
}
