const noSlab = Buffer.alloc(0);

/**
 * Bytes on their way out: many small deliveries in a slab, or one large delivery as the chunks it arrived in. A batch is filled once and
 * written to every member of its interest group.
 */
export class Batch {
  /** The slab, of a pooled size or, when `trim` has cut it, of its own size. Unused when `chunks` is set. */
  buffer: Buffer;
  /** A view of the slab. Making a view for each message costs more than the fields written through it. */
  fields: DataView;
  /** Index of the size class in the pool; -1 when the pool does not take it back. */
  sizeClass: number;
  /** The pieces of a large message, in order; the batch then holds this one message. Null for small ones. */
  chunks: Buffer[] | null = null;
  /** Slabs of the chunk pool that the pieces lie in; they return with the last pin. */
  slabs: Buffer[] | null = null;
  /** Bytes of frame 6 at the end of the last piece, which may differ between subscribers. */
  tailBytes = 0;
  /** The batch whose pieces this one shares; it stays pinned while this one is. */
  source: Batch | null = null;
  /** Bytes filled, or the sum of the pieces. */
  endBytes = 0;
  messageCount = 0;
  /** Updates that its messages stand for, beyond the messages themselves. */
  conflatedCount = 0;
  /** Subscribers that still need the bytes, and one more while it is kept. */
  pins = 0;
  /** It is the last value of a topic. */
  isKept = false;
  /** A message of the broker's own that no policy drops, such as the end of a snapshot. */
  isMarker = false;
  /** When its first message was read, Unix microseconds. */
  readAtUs = 0;
  /** Messages by topic, counted when a subscriber drops all of it. */
  tally: Map<string, number> | null = null;
  /** Called with its last pin, where its bytes are of memory that goes elsewhere than into the pools. */
  onFree: (() => void) | null = null;
  #view: Buffer | null = null;

  constructor(buffer: Buffer, sizeClass: number) {
    this.buffer = buffer;
    this.fields = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.sizeClass = sizeClass;
  }

  /** A batch of one large message. Its pieces must not change any more. */
  static ofChunks(chunks: Buffer[], bytes: number, readAtUs: number): Batch {
    const batch = new Batch(noSlab, -1);
    batch.chunks = chunks;
    batch.endBytes = bytes;
    batch.messageCount = 1;
    batch.readAtUs = readAtUs;
    return batch;
  }

  /** What holding this batch costs: the capacity of the slab, not what is filled of it. */
  get heldBytes(): number {
    return this.chunks === null ? this.buffer.length : this.endBytes;
  }

  /** The filled bytes, one view for all members. */
  get view(): Buffer {
    this.#view ??= this.buffer.subarray(0, this.endBytes);
    return this.#view;
  }

  /** Moves the content into another slab. Call only while nothing is being written from the present one. */
  move(buffer: Buffer, sizeClass: number): void {
    if (this.endBytes > 0) buffer.set(this.buffer.subarray(0, this.endBytes), 0);
    this.buffer = buffer;
    this.fields = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.sizeClass = sizeClass;
    this.#view = null;
  }

  /** Empties it, to be filled again. */
  reset(): void {
    this.endBytes = 0;
    this.messageCount = 0;
    this.conflatedCount = 0;
    this.isMarker = false;
    this.readAtUs = 0;
    this.tally = null;
    this.#view = null;
  }
}
