import {
  BlockOffset,
  deliveryBlockBytes,
  deliveryBlockVersion,
  deliveryFrameCount,
  headerBytes,
} from '@pulsemq/protocol';
import { readU32, readU64 } from '@pulsemq/zmtp';
import { type MessageSpan, protocolError } from './message-scanner.js';
import type { Allocate } from './platform.js';
import { ReceivedMessage, recoveredBit } from './received-message.js';
import type { TopicState } from './topic-state.js';

/** Frames of a delivery. */
const frame = { key: 0, header: 1, username: 4, payload: 5, reserved: 6 } as const;

/**
 * Bytes of a read that are copied together. A message that the program keeps also keeps all of them, so they are few: twice Node's own
 * pool of small Buffers. Half of it would cost a tenth of the throughput.
 */
const pieceBytes = 16_384;

/**
 * Makes messages of deliveries, by position. The transport overwrites the bytes of a read, so they are copied, many messages at a time.
 * Nothing of a message is decoded before the program asks for it.
 */
export class DeliveryReader {
  readonly #allocate: Allocate;
  #source: Uint8Array | null = null;
  #piece: Uint8Array = new Uint8Array(0);
  /** The piece holds the bytes [from, to) of the source. */
  #from = 0;
  #to = 0;

  constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  /** Throws a PulseMQError `PMQ_PROTOCOL` unless the message has the frames of a delivery. */
  check({ bounds, frameCount }: MessageSpan): void {
    if (frameCount !== deliveryFrameCount) {
      throw protocolError(`a delivery has ${frameCount} frames, expected ${deliveryFrameCount}`);
    }
    const sizeBytes = bounds[2 * frame.header + 1]! - bounds[2 * frame.header]!;
    if (sizeBytes !== headerBytes) {
      throw protocolError(`the header of a delivery has ${sizeBytes} bytes, expected ${headerBytes}`);
    }
  }

  /** Makes the message of a delivery that was checked. */
  read(state: TopicState, buf: Uint8Array, span: MessageSpan): ReceivedMessage {
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
      hasBlock ? readU64(buf, block + BlockOffset.sequence) : 0,
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

  /** Makes the message of an answer with history, which was checked. */
  readRecovered(state: TopicState, buf: Uint8Array, span: MessageSpan): ReceivedMessage {
    const message = this.read(state, buf, span);
    const { bytes, blockAt } = message.place;
    // In the copy, so that clones of the message have the mark, too.
    if (blockAt >= 0) bytes[blockAt + BlockOffset.bits]! |= recoveredBit;
    return message;
  }

  /** The transport will overwrite the bytes of the read: they are not the source any more. */
  endRead(): void {
    this.#source = null;
  }

  #copy(buf: Uint8Array, start: number, end: number, readEnd: number): void {
    const to = Math.max(end, Math.min(readEnd, start + pieceBytes));
    this.#piece = this.#allocate(to - start);
    this.#piece.set(buf.subarray(start, to));
    this.#source = buf;
    this.#from = start;
    this.#to = to;
  }
}
