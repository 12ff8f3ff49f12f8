import {
  BlockOffset,
  deliveryBlockBytes,
  deliveryBlockVersion,
  deliveryFrameCount,
  headerBytes,
} from '@pulsemq/protocol';
import { type MessageSpan, protocolError } from './message-scanner.js';
import { readI64, readU32 } from './read-integers.js';
import { ReceivedMessage } from './received-message.js';
import type { TopicState } from './topic-table.js';

/** Frames of a delivery. */
const frame = { key: 0, header: 1, username: 4, payload: 5, reserved: 6 } as const;

/**
 * Bytes of a read that are copied in one go. A message that is kept keeps so much alive with it, so no more than Node's own pool of
 * small buffers does, by a factor of two; half of it costs a tenth of the throughput.
 */
const pieceBytes = 16_384;

/**
 * Makes messages of deliveries, by position. The bytes of a read are used again, so they are copied, but many messages at a time,
 * and nothing of a message is decoded before somebody asks.
 */
export class DeliveryReader {
  #source: Buffer | null = null;
  #piece: Buffer = Buffer.alloc(0);
  /** The bytes [from, to) of the source are those of the piece. */
  #from = 0;
  #to = 0;

  /** Throws a PulseMQError `PMQ_PROTOCOL` unless it has the frames of a delivery. */
  check({ bounds, frameCount }: MessageSpan): void {
    if (frameCount !== deliveryFrameCount) throw protocolError(`a delivery of ${frameCount} frames`);
    const sizeBytes = bounds[2 * frame.header + 1]! - bounds[2 * frame.header]!;
    if (sizeBytes !== headerBytes) throw protocolError(`a delivery whose header has ${sizeBytes} bytes`);
  }

  read(state: TopicState, buf: Buffer, span: MessageSpan): ReceivedMessage {
    const { bounds } = span;
    const header = bounds[2 * frame.header]!;
    const block = bounds[2 * frame.reserved]!;
    const end = bounds[2 * frame.reserved + 1]!;
    if (buf !== this.#source || header < this.#from || end > this.#to) this.#copy(buf, header, end, span.readEnd);
    const from = this.#from;
    const hasBlock = end - block >= deliveryBlockBytes && buf[block] === deliveryBlockVersion;
    return new ReceivedMessage(
      state.namespace,
      state.topic,
      hasBlock ? readI64(buf, block + BlockOffset.sequence) : 0,
      hasBlock ? readU32(buf, block + BlockOffset.epoch) : 0,
      {
        bytes: this.#piece,
        headerAt: header - from,
        usernameAt: bounds[2 * frame.username]! - from,
        usernameEnd: bounds[2 * frame.username + 1]! - from,
        payloadAt: bounds[2 * frame.payload]! - from,
        payloadEnd: bounds[2 * frame.payload + 1]! - from,
        blockAt: hasBlock ? block - from : -1,
      },
    );
  }

  /** The bytes of the read will be overwritten. */
  endRead(): void {
    this.#source = null;
  }

  #copy(buf: Buffer, start: number, end: number, readEnd: number): void {
    const to = Math.max(end, Math.min(readEnd, start + pieceBytes));
    this.#piece = Buffer.allocUnsafeSlow(to - start);
    buf.copy(this.#piece, 0, start, to);
    this.#source = buf;
    this.#from = start;
    this.#to = to;
  }
}
