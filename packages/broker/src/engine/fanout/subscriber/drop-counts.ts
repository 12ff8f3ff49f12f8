/** Why messages were lost. */
export type DropReason = 'hwm' | 'outboxBytes' | 'outboxTotalBytes' | 'atClose';

/** Lost messages by reason. */
export class DropCounts {
  /** Past `broker.hwm` messages, by one that had stopped reading. */
  hwm = 0;
  /** Past `broker.outbox_bytes`. */
  outboxBytes = 0;
  /** Past `broker.outbox_total_bytes`, by whoever held most. */
  outboxTotalBytes = 0;
  /** Still queued when the connection closed. */
  atClose = 0;

  get total(): number {
    return this.hwm + this.outboxBytes + this.outboxTotalBytes + this.atClose;
  }

  reset(): void {
    this.hwm = 0;
    this.outboxBytes = 0;
    this.outboxTotalBytes = 0;
    this.atClose = 0;
  }

  add(other: DropCounts): void {
    this.hwm += other.hwm;
    this.outboxBytes += other.outboxBytes;
    this.outboxTotalBytes += other.outboxTotalBytes;
    this.atClose += other.atClose;
  }
}
