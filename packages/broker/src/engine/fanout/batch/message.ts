/** A message that fits a slab, where it lies in the buffer it was read into. Valid only during the call it is given to. */
export interface SmallMessage {
  readonly isLarge: false;
  readonly buf: Buffer;
  /** First byte of frame 0, its flags. */
  readonly start: number;
  readonly payloadStart: number;
  /** End of frame 4. Everything from `start` to here is delivered as it came. */
  readonly payloadEnd: number;
  /** Body of frame 5. */
  readonly reservedStart: number;
  readonly reservedEnd: number;
  readonly payloadBytes: number;
}

/** A message too large for a slab, as the chunks it was read into. The receiver owns the chunks. */
export class LargeMessage {
  readonly isLarge = true;
  /** The first chunk; frame 0 begins at offset 0 of it. */
  readonly buf: Buffer;
  readonly start = 0;
  /** Everything up to the end of frame 4; none of it changes any more. */
  readonly chunks: readonly Buffer[];
  /** The slabs that the chunks lie in; they return to the chunk pool after the last write. */
  readonly slabs: Buffer[];
  /** Body of frame 5. */
  readonly reserved: Buffer;
  readonly payloadBytes: number;

  constructor(chunks: readonly Buffer[], slabs: Buffer[], reserved: Buffer, payloadBytes: number) {
    this.buf = chunks[0]!;
    this.chunks = chunks;
    this.slabs = slabs;
    this.reserved = reserved;
    this.payloadBytes = payloadBytes;
  }
}

export type Message = SmallMessage | LargeMessage;
