const noSlab = Buffer.alloc(0);

/**
 * Bytes on their way out: many small deliveries one behind the other in a slab, or one large delivery as the list of
 * chunks it arrived in. A batch is filled once and written to every member of its interest group.
 */
export class Batch {
  /** The slab, of a pooled size or, when `trim` has cut it, of its own size. Unused when `chunks` is set. */
  buffer: Buffer;
  /** On the slab; making one per message costs more than the fields written through it. */
  fields: DataView;
  /** Index of the size class in the pool; -1 when the pool must not take it back. */
  sizeClass: number;
  /** A large message: its pieces in order. The batch then holds just this one message. */
  chunks: Buffer[] | null = null;
  /** Slabs of the chunk pool that `chunks` lie in; they go back with the last pin. */
  slabs: Buffer[] | null = null;
  /** Bytes at the end of the last chunk that are frame 6, which no two subscribers need have alike. */
  tailBytes = 0;
  /** The batch whose chunks this one shares; pinned for as long as this one is. */
  source: Batch | null = null;
  /** Bytes filled, or the sum of the chunks. */
  endBytes = 0;
  messageCount = 0;
  /** Subscribers that still need the bytes. */
  pins = 0;
  /** When the first message in it was read, Unix microseconds. */
  readAtUs = 0;
  /** Messages by topic, once somebody has dropped all of it. */
  tally: Map<string, number> | null = null;
  #view: Buffer | null = null;

  constructor(buffer: Buffer, sizeClass: number) {
    this.buffer = buffer;
    this.fields = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.sizeClass = sizeClass;
  }

  /** One large message as the chunks it arrived in, none of which may change any more. */
  static ofChunks(chunks: Buffer[], bytes: number, readAtUs: number): Batch {
    const batch = new Batch(noSlab, -1);
    batch.chunks = chunks;
    batch.endBytes = bytes;
    batch.messageCount = 1;
    batch.readAtUs = readAtUs;
    return batch;
  }

  /** What holding this batch costs: the slab's capacity, not what is filled of it. */
  get heldBytes(): number {
    return this.chunks === null ? this.buffer.length : this.endBytes;
  }

  /** The filled bytes; one view for all members. */
  get view(): Buffer {
    this.#view ??= this.buffer.subarray(0, this.endBytes);
    return this.#view;
  }

  /** Moves the content into another slab. Only while nobody writes from the present one. */
  move(buffer: Buffer, sizeClass: number): void {
    if (this.endBytes > 0) buffer.set(this.buffer.subarray(0, this.endBytes), 0);
    this.buffer = buffer;
    this.fields = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.sizeClass = sizeClass;
    this.#view = null;
  }

  /** Ready to be filled again. */
  reset(): void {
    this.endBytes = 0;
    this.messageCount = 0;
    this.readAtUs = 0;
    this.tally = null;
    this.#view = null;
  }
}
