import { encodeFrame, FrameFlag } from '@pulsemq/zmtp';

/** Bytes of one piece of the arena. */
const pieceBytes = 65_536;

/** A key frame, flags and length included, as a range of a piece of the arena. */
export interface StoredKey {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/**
 * The key frames of all routes, one behind the other in large pieces: a buffer and a view for each would cost 180 bytes a topic. The room of a
 * deleted topic is not used again while another topic of its piece exists.
 */
export class KeyArena {
  #piece = new Uint8Array(0);
  #view = new DataView(this.#piece.buffer);
  #endBytes = 0;

  /** Stores the key frame of a delivery with this key. */
  store(key: Uint8Array): StoredKey {
    const frame = encodeFrame(key, FrameFlag.more);
    if (this.#endBytes + frame.length > this.#piece.length) {
      this.#piece = new Uint8Array(pieceBytes);
      this.#view = new DataView(this.#piece.buffer);
      this.#endBytes = 0;
    }
    const start = this.#endBytes;
    this.#piece.set(frame, start);
    this.#endBytes += frame.length;
    return { view: this.#view, start, end: this.#endBytes };
  }
}
