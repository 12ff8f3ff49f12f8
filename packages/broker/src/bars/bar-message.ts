import { type BarPayload, brokerUsername, FormatCode, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import type { BarState, OpenBar } from './open-bar.js';

/** The payload of a bar. */
export function barPayload({ bar, hasVolume, gap }: OpenBar, interval: string, state: BarState): BarPayload {
  const { startUs, open, high, low, close, volume, count } = bar;
  return {
    t: startUs / 1_000,
    interval,
    open,
    high,
    low,
    close,
    volume: hasVolume ? volume : null,
    count,
    ...state,
    isComplete: gap === null,
    ...(gap === null ? {} : { gap }),
  };
}

/** Messages of bars, as a publisher would have sent them, one after another. */
export interface PackedBars {
  readonly bytes: Uint8Array;
  /** End of each message in `bytes`. */
  readonly ends: readonly number[];
  /** Namespace and topic of each message. */
  readonly names: readonly (readonly [namespace: string, topic: string])[];
}

/** Collects the messages of bars. */
export class BarPack {
  readonly #messages: Uint8Array[] = [];
  readonly #names: (readonly [string, string])[] = [];

  get count(): number {
    return this.#messages.length;
  }

  /** `nowUs`: the time that its header says, Unix microseconds. */
  add(namespace: string, topic: string, payload: BarPayload, nowUs: number): void {
    const frames = messageFrames({
      type: MessageType.pub,
      format: FormatCode.string,
      timestamp: Math.floor(nowUs / 1_000),
      namespace,
      topic,
      username: brokerUsername,
      payload: Buffer.from(JSON.stringify(payload)),
    });
    this.#messages.push(encodeMessage(frames));
    this.#names.push([namespace, topic]);
  }

  /** What was collected, with the bytes in memory of their own that may be transferred. It is empty afterwards. */
  take(): PackedBars {
    const bytes = new Uint8Array(this.#messages.reduce((sum, { length }) => sum + length, 0));
    const ends: number[] = [];
    let at = 0;
    for (const message of this.#messages) {
      bytes.set(message, at);
      at += message.length;
      ends.push(at);
    }
    this.#messages.length = 0;
    return { bytes, ends, names: this.#names.splice(0) };
  }
}
