import { BlockOffset, deliveryBlockBytes, deliveryBlockVersion } from '@pulsemq/protocol';
import { FrameFlag, readU32, readU64 } from '@pulsemq/zmtp';
import { Located, locate, RequestSpan } from '../session/wire/message-locator.js';

/** The head of a long frame. */
const longHeadBytes = 9;

/**
 * Where the frames of a delivery lie: the key, the five frames that the publisher sent, and the reserved frame with the block in front of the
 * publisher's own bytes. `message` has the publisher's frames, as if he had sent them here.
 */
export class DeliverySpan {
  readonly message = new RequestSpan();
  /** The message is too large for a slab. */
  isLarge = false;
  /** The delivery block. */
  block = 0;
  /** End of the delivery. */
  end = 0;

  /** Finds the delivery that begins at `start`. False for bytes that are not a delivery. */
  locate(buf: Buffer, start: number, end: number): boolean {
    if (end - start < 2 || buf[start] !== FrameFlag.more) return false;
    const { message } = this;
    // `locate` sets it when it gets that far.
    message.payloadEnd = 0;
    const found = locate(buf, start + 2 + buf[start + 1]!, end, message);
    this.isLarge = found === Located.large;
    if (found === Located.whole) return this.#takeBlock(message.reservedEnd);
    // A large payload, or many bytes of the publisher's own: the reserved frame was not looked at.
    const mayBeLong = this.isLarge || (found === Located.irregular && message.payloadEnd > 0);
    return mayBeLong && message.payloadEnd <= end && this.#locateReserved(buf, end);
  }

  get epoch(): number {
    return readU32(this.message.buf, this.block + BlockOffset.epoch);
  }

  /** The sequence, as two halves. */
  get sequenceHigh(): number {
    return readU32(this.message.buf, this.block + BlockOffset.sequence);
  }

  get sequenceLow(): number {
    return readU32(this.message.buf, this.block + BlockOffset.sequence + 4);
  }

  get sequence(): number {
    return readU64(this.message.buf, this.block + BlockOffset.sequence);
  }

  get highUs(): number {
    return readU32(this.message.buf, this.block + BlockOffset.receivedAt);
  }

  get lowUs(): number {
    return readU32(this.message.buf, this.block + BlockOffset.receivedAt + 4);
  }

  #locateReserved(buf: Buffer, end: number): boolean {
    const { message } = this;
    const at = message.payloadEnd;
    if (at + 2 > end) return false;
    if (buf[at] === 0) {
      message.reservedStart = at + 2;
      message.reservedEnd = at + 2 + buf[at + 1]!;
    } else if (buf[at] === FrameFlag.long && at + longHeadBytes <= end) {
      message.reservedStart = at + longHeadBytes;
      message.reservedEnd = at + longHeadBytes + readU64(buf, at + 1);
    } else return false;
    return message.reservedEnd <= end && this.#takeBlock(message.reservedEnd);
  }

  /** Takes the block out of the reserved frame, so that the publisher's own bytes are left. */
  #takeBlock(end: number): boolean {
    const { message } = this;
    if (end - message.reservedStart < deliveryBlockBytes) return false;
    if (message.buf[message.reservedStart] !== deliveryBlockVersion) return false;
    this.block = message.reservedStart;
    message.reservedStart += deliveryBlockBytes;
    this.end = end;
    return true;
  }
}
