import type { Batch } from './batch.js';
import type { CopyTarget } from './copy-bytes.js';
import type { DeliverySource } from './delivery.js';

/** Memory that holds many values, and is used again when it holds none. */
export interface SharedMemory extends CopyTarget {
  /** Values that lie in it now. */
  valueCount: number;
}

/**
 * The last value of a topic. It lies in its own place, or where its whole read was copied to. Its memory is used again, so it is valid only until the
 * engine takes the next message.
 */
export class StoredValue {
  /** Where the value lies now: memory that holds other values too. Unused when `large` is set. */
  memory: CopyTarget;
  start: number;
  /** The copy of a read that the value lies in; null while it lies in its own place. */
  shared: SharedMemory | null = null;
  /** Its own place. */
  readonly ownMemory: CopyTarget;
  readonly ownStart: number;
  /** Bytes of its own place. */
  readonly capacityBytes: number;
  /** End of frame 4: everything from `start` to here is delivered as it came. */
  bodyEnd = 0;
  /** End of the publisher's own bytes of frame 5, which follow the body. */
  end = 0;
  /** When the message was received, Unix microseconds as two u32. */
  highUs = 0;
  lowUs = 0;
  /** A large message: its delivery, pinned. */
  large: Batch | null = null;

  constructor(memory: CopyTarget, start: number, capacityBytes: number) {
    this.memory = memory;
    this.start = start;
    this.ownMemory = memory;
    this.ownStart = start;
    this.capacityBytes = capacityBytes;
  }

  /** It lies in the copy of a read from now on, from `start` on. */
  moveTo(shared: SharedMemory, start: number): void {
    if (this.shared !== null) this.shared.valueCount--;
    shared.valueCount++;
    this.shared = shared;
    this.memory = shared;
    this.start = start;
  }

  /** Its own place is to be written next. The bytes it has now stay where they are. */
  leaveShared(): void {
    if (this.shared === null) return;
    this.shared.valueCount--;
    this.shared = null;
    this.memory = this.ownMemory;
    this.start = this.ownStart;
  }

  /** Bytes that keeping it costs. */
  get heldBytes(): number {
    return this.large?.heldBytes ?? this.capacityBytes;
  }

  get receivedAtUs(): number {
    return this.highUs * 0x1_0000_0000 + (this.lowUs >>> 0);
  }
}

/** A topic whose last value can be delivered. Sequence and epoch are those of the value. */
export interface ValueSource extends DeliverySource {
  /** Messages accepted so far. */
  readonly publishedCount: number;
  /** Updates that newer ones replaced before they were delivered: one for each subscriber and update. */
  conflatedCount: number;
  /** Its last value; null where none is kept. Inside a read it may lack what that read has brought. */
  readonly value: StoredValue | null;
}
