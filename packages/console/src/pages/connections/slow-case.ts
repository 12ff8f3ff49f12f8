import type { ApiConnection, ApiLane } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/request.js';
import { causeOf } from './drop-total.js';

/** What a slow subscriber can do about it: by the policy of its lane, else by what filled its backlog. */
export type Remedy = ApiLane['on_slow'] | 'paced' | 'backlogBytes' | 'totalBacklog';

/** The lane that is behind: the slow one with the largest backlog, else the one that dropped most. */
export function slowLane(lanes: readonly ApiLane[] | null): ApiLane | undefined {
  const ranked = [...(lanes ?? [])].sort(
    (one, other) =>
      Number(other.is_slow) - Number(one.is_slow) ||
      other.queued_bytes - one.queued_bytes ||
      other.dropped_total - one.dropped_total,
  );
  return ranked[0];
}

/** Subscribers without lanes drop their oldest messages. */
export function remedyOf(connection: ApiConnection, lane: ApiLane | undefined): Remedy {
  const cause = causeOf(connection);
  if (cause === 'totalBacklog') return cause;
  const policy = lane?.on_slow ?? 'dropOldest';
  if (lane !== undefined && lane.max_rate !== null) return 'paced';
  return policy === 'dropOldest' && cause === 'backlogBytes' ? cause : policy;
}

const refreshMs = 5000;

/** The lanes of a session; lists leave them out. Only sessions have lanes. */
export function useLanes({ connection_id: id, kind }: ApiConnection): readonly ApiLane[] | null {
  const { data } = useQuery({
    queryKey: ['connection', id],
    queryFn: ({ signal }) => ask<ApiConnection>(`/api/connections/${encodeURIComponent(id)}`, { signal }),
    enabled: kind === 'session',
    refetchInterval: refreshMs,
  });
  return data?.lanes ?? null;
}
