import type { ApiConnection, DropFigures } from '@pulsemq/protocol';

/** Messages a connection lost; conflated ones were replaced by newer values and are no loss. */
export const lostTotal = ({ hwm, outbox_bytes, outbox_total_bytes, at_close }: DropFigures): number =>
  hwm + outbox_bytes + outbox_total_bytes + at_close;

export type Cause = 'outboxMessages' | 'outboxBytes' | 'allOutboxes' | 'conflating' | 'behind';

/** Why a connection is slow: what it lost most of, else that it is merely behind. */
export function causeOf({ drops }: Pick<ApiConnection, 'drops'>): Cause {
  const candidates: readonly (readonly [Cause, number])[] = [
    ['outboxMessages', drops.hwm],
    ['outboxBytes', drops.outbox_bytes],
    ['allOutboxes', drops.outbox_total_bytes],
    ['conflating', drops.conflated],
  ];
  const [cause, count] = candidates.reduce((most, one) => (one[1] > most[1] ? one : most));
  return count > 0 ? cause : 'behind';
}

/** Those that are slow, behind or have lost something; slow ones first, then who lost most, then who is furthest behind. */
export function slowRanking(connections: readonly ApiConnection[]): readonly ApiConnection[] {
  return connections
    .filter(({ is_slow, drops }) => is_slow || lostTotal(drops) + drops.conflated > 0)
    .sort(
      (one, other) =>
        Number(other.is_slow) - Number(one.is_slow) ||
        lostTotal(other.drops) - lostTotal(one.drops) ||
        other.lag_ms - one.lag_ms,
    );
}
