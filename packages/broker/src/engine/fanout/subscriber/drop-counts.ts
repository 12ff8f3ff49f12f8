/** Why messages were lost, in the order in which reports list them. */
export const dropReasons = ['hwm', 'outboxBytes', 'outboxTotalBytes', 'atClose'] as const;
export type DropReason = (typeof dropReasons)[number];

/** Lost messages by reason. */
export class DropCounts {
  /** Past `broker.backlog_messages` messages, for a subscriber that had stopped reading. */
  hwm = 0;
  /** Past `broker.backlog_bytes`. */
  outboxBytes = 0;
  /** Past `broker.backlog_total_bytes`: the largest backlog gives up first. */
  outboxTotalBytes = 0;
  /** Still waiting when the connection closed. */
  atClose = 0;

  get total(): number {
    return dropReasons.reduce((sum, reason) => sum + this[reason], 0);
  }

  reset(): void {
    for (const reason of dropReasons) this[reason] = 0;
  }

  add(other: DropCounts): void {
    for (const reason of dropReasons) this[reason] += other[reason];
  }
}
