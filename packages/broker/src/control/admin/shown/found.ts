import type { ClusterFound } from '@pulsemq/protocol';
import type { Found } from '../../../port-find.js';
import { timeOfUs } from '../../stats/topic-statuses.js';

/** The broker that an answer comes from; its id and name are null for one on its own. */
interface From {
  readonly id: string | null;
  readonly name: string | null;
  readonly isOwn: boolean;
}

/** The answer of one broker as the API shows it; `found` is null for one that gave none. */
export const shownFound = ({ id, name, isOwn }: From, found: Found | null): ClusterFound => ({
  broker_id: id,
  broker_name: name,
  is_own: isOwn,
  has_answered: found !== null,
  count: found?.count ?? 0,
  sessions: (found?.sessions ?? []).map(({ session, username, client, address }) => ({
    connection_id: `s${session}`,
    username,
    client,
    address,
  })),
  last: shownLast(found?.last ?? null),
});

const shownLast = (last: Found['last']): ClusterFound['last'] =>
  last && { epoch: last.epoch, sequence: last.sequence, received_at: timeOfUs(last.receivedAtUs) };
