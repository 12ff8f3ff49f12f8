import type { ApiConnection, ApiNamespace, ApiTopic, ApiUser } from '@pulsemq/protocol';
import type { AdminClient } from '../admin-api/admin-client.js';
import type { NameSlot } from './name-slot.js';

/** Names to offer, and rows to ask for: a shell shows no more at once. */
const nameLimit = 1_000;

/** The names of the broker that begin with what was typed. */
export async function brokerNames(client: AdminClient, { kind, typed }: NameSlot): Promise<string[]> {
  const begins = (name: string): boolean => name.startsWith(typed);
  switch (kind) {
    case 'users':
      return (await client.list<ApiUser>('/api/users', { text: textOf(typed) }, nameLimit))
        .map((one) => one.username)
        .filter(begins);
    case 'namespaces':
      return (await namespaces(client, typed)).filter(begins);
    case 'connections':
      return (await client.list<ApiConnection>('/api/connections', {}, nameLimit))
        .map((one) => one.connection_id)
        .filter(begins);
    case 'topics':
      return topicNames(client, typed);
    default:
      return kind satisfies never;
  }
}

/** `market:sz000651.quote`. While several namespaces fit: `market:`. */
async function topicNames(client: AdminClient, typed: string): Promise<string[]> {
  const colon = typed.indexOf(':');
  const fitting =
    colon >= 0 ? [typed.slice(0, colon)] : (await namespaces(client, typed)).filter((name) => name.startsWith(typed));
  const [namespace] = fitting;
  if (namespace === undefined || fitting.length > 1) return fitting.map((name) => `${name}:`);
  const text = colon < 0 ? undefined : textOf(typed.slice(colon + 1));
  const topics = await client.list<ApiTopic>('/api/topics', { namespace, text }, nameLimit);
  const names = topics.map((one) => `${namespace}:${one.name}`).filter((name) => name.startsWith(typed));
  return names.length === 0 && colon < 0 ? [`${namespace}:`] : names;
}

const namespaces = async (client: AdminClient, typed: string): Promise<string[]> =>
  (await client.list<ApiNamespace>('/api/namespaces', { text: textOf(typed) }, nameLimit)).map((one) => one.name);

/** The API refuses an empty text. */
const textOf = (typed: string): string | undefined => (typed === '' ? undefined : typed);
