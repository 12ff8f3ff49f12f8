import { compressionMask, ErrorCode, HeaderOffset, headerBytes, PulseMQError } from '@pulsemq/protocol';
import { lazyCodecs } from '#codecs';
import type { MessageSpan } from '../message-scanner.js';
import type { DeliveryReceiver } from '../subscriber-channel.js';
import type { LazyCodecs } from './lazy-codecs.js';

/** Bytes that may wait for a codec. A codec takes less than a second to load, so this is a fast feed or a bad network. */
const heldMaxBytes = 33_554_432;

/** What a gate calls besides its receiver. */
export interface GateListener {
  /** The codecs could not be loaded. What was held is delivered; to read its data throws. */
  onLoadError(error: Error): void;
  /** What was held breaks the protocol. */
  onBroken(error: Error): void;
}

/** Puts a gate before a receiver, where codecs have to be loaded. */
export const gated = (receiver: DeliveryReceiver, listener: GateListener): DeliveryReceiver =>
  lazyCodecs === null ? receiver : new CodecGate(receiver, lazyCodecs, listener);

/** A message that waits, in memory of its own. */
interface HeldMessage {
  readonly take: 'onDelivery' | 'onOwnMessage';
  readonly bytes: Uint8Array;
  readonly span: MessageSpan;
}

/**
 * Holds the deliveries of a subscriber connection while a codec is loaded, because programs read the data of a message at once. Everything behind
 * the first message that needs the codec waits, so the order stays.
 */
class CodecGate implements DeliveryReceiver {
  readonly #receiver: DeliveryReceiver;
  readonly #codecs: LazyCodecs;
  readonly #listener: GateListener;
  /** Null while the gate is open. */
  #held: HeldMessage[] | null = null;
  #heldBytes = 0;

  constructor(receiver: DeliveryReceiver, codecs: LazyCodecs, listener: GateListener) {
    this.#receiver = receiver;
    this.#codecs = codecs;
    this.#listener = listener;
  }

  /** Throws a PulseMQError `PMQ_LIMIT_REACHED` if more waits than may wait. */
  onDelivery(buf: Uint8Array, span: MessageSpan): void {
    if (this.#held === null) {
      if (canDecode(this.#codecs, buf, span)) return this.#receiver.onDelivery(buf, span);
      this.#held = [];
      this.#codecs
        .load()
        .catch((error) => this.#listener.onLoadError(error))
        .then(() => this.#open());
    }
    this.#hold('onDelivery', buf, span);
  }

  onOwnMessage(buf: Uint8Array, span: MessageSpan): void {
    if (this.#held === null) this.#receiver.onOwnMessage(buf, span);
    else this.#hold('onOwnMessage', buf, span);
  }

  onReadEnd(): void {
    this.#receiver.onReadEnd();
  }

  #hold(take: HeldMessage['take'], buf: Uint8Array, { bounds, frameCount }: MessageSpan): void {
    const start = bounds[0]!;
    const bytes = Uint8Array.prototype.slice.call(buf, start, bounds[2 * frameCount - 1]!);
    const own = { bounds: bounds.map((at) => at - start), frameCount, readEnd: bytes.length };
    this.#held!.push({ take, bytes, span: own });
    this.#heldBytes += bytes.length;
    if (this.#heldBytes <= heldMaxBytes) return;
    const text = `${this.#heldBytes} bytes of messages wait for their codec to be loaded, the limit is ${heldMaxBytes} bytes`;
    throw new PulseMQError(ErrorCode.limitReached, `${text}: await loadCodecs() before subscribe()`);
  }

  #open(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#heldBytes = 0;
    try {
      for (const { take, bytes, span } of held) this.#receiver[take](bytes, span);
    } catch (error) {
      this.#listener.onBroken(error as Error);
    }
    this.#receiver.onReadEnd();
  }
}

/** The header is the second frame of a delivery. One that is malformed passes: its receiver says what is wrong. */
export function canDecode(codecs: LazyCodecs, buf: Uint8Array, { bounds }: MessageSpan): boolean {
  const header = bounds[2]!;
  if (bounds[3]! - header !== headerBytes) return true;
  return codecs.isReady(buf[header + HeaderOffset.format]!, buf[header + HeaderOffset.flags]! & compressionMask);
}
