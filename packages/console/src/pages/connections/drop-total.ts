import type { ApiConnection, DropFigures } from '@pulsemq/protocol';

/** Messages that were dropped for a connection, all reasons together. */
export const lostTotal = ({ hwm, outbox_bytes, outbox_total_bytes, at_close }: DropFigures): number =>
  hwm + outbox_bytes + outbox_total_bytes + at_close;

export type Cause = 'backlogMessages' | 'backlogBytes' | 'totalBacklog' | 'behind';

/** Why a connection is slow: the most frequent reason of its drops. Without drops it is only behind. */
export function causeOf({ drops }: Pick<ApiConnection, 'drops'>): Cause {
  const candidates: readonly (readonly [Cause, number])[] = [
    ['backlogMessages', drops.hwm],
    ['backlogBytes', drops.outbox_bytes],
    ['totalBacklog', drops.outbox_total_bytes],
  ];
  const [cause, count] = candidates.reduce((most, one) => (one[1] > most[1] ? one : most));
  return count > 0 ? cause : 'behind';
}

/** Connections that are slow or have lost messages: slow ones first, then by lost messages, then by lag. */
export function slowRanking(connections: readonly ApiConnection[]): readonly ApiConnection[] {
  return connections
    .filter(({ is_slow, drops }) => is_slow || lostTotal(drops) > 0)
    .sort(
      (one, other) =>
        Number(other.is_slow) - Number(one.is_slow) ||
        lostTotal(other.drops) - lostTotal(one.drops) ||
        other.lag_ms - one.lag_ms,
    );
}
