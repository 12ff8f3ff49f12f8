import type { Batch } from './batch.js';
import type { CopyTarget } from './copy-bytes.js';
import type { DeliverySource } from './delivery.js';

/** The last value of a topic. Its memory is used again, so it is valid only until the next message of the topic. */
export class StoredValue {
  /** The memory of the value, which holds other values too. Unused when `large` is set. */
  readonly memory: CopyTarget;
  readonly start: number;
  /** Bytes that may be used from `start` on. */
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
    this.capacityBytes = capacityBytes;
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
