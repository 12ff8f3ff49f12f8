import type { ApiConnection, ApiLane } from '@pulsemq/protocol';
import { z } from 'zod';
import type { SubscriptionList } from '../../../port-questions.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { notFound } from '../api-error.js';
import { apiConnection } from '../schemas/connections.js';
import { connectionId, id, page, refusals, searchText } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

const tags = ['connections'];
/** Subscriptions that the answer about one connection lists, and those of each connection in a list. */
const subscriptionMaxCount = 100;
const listedSubscriptionMaxCount = 10;
/** Connections in one question to the engine, so that a long page does not hold up its ticks. */
const askedCount = 100;
const order: Record<string, (one: ApiConnection) => number> = {
  since: (one) => Date.parse(one.connected_at),
  lag: (one) => one.lag_ms,
  drops: (one) => one.drops.hwm + one.drops.outbox_bytes + one.drops.outbox_total_bytes,
  rate_in: (one) => one.msg_rate_in,
  rate_out: (one) => one.msg_rate_out,
};

/** Connections that are open, or closed within the last hour. */
export function connectionRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addGet(app, context);
}

function addList(app: AdminApp, context: AdminContext): void {
  const { connections, usernameOf } = context.monitor;
  app.get(
    '/api/connections',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List connections',
        description:
          'Closed connections stay for an hour, with the reason, but at most the newest 2,000 of them. The greatest by `sort` come first. Each connection has its first ten subscriptions; `GET /api/connections/{connection_id}` has the first hundred.',
        tags,
        querystring: strictQuery({
          ...page,
          state: z.enum(['open', 'closed', 'all']).default('open'),
          user_id: id.optional(),
          text: searchText,
          sort: z.enum(['since', 'lag', 'drops', 'rate_in', 'rate_out']).default('since'),
        }),
        response: { 200: z.array(apiConnection), ...refusals },
      },
    },
    async (request, reply) => {
      const { state, user_id, text, sort, limit, offset } = request.query;
      const found = connections
        .list(state, usernameOf)
        .filter((one) => user_id === undefined || one.user_id === user_id)
        .filter((one) => text === undefined || contains(one, text.toLowerCase()));
      found.sort((left, right) => order[sort]!(right) - order[sort]!(left));
      reply.header('x-total-count', found.length);
      return withSubscriptions(found.slice(offset, offset + limit), listedSubscriptionMaxCount, context);
    },
  );
}

function addGet(app: AdminApp, context: AdminContext): void {
  const { connections, usernameOf } = context.monitor;
  app.get(
    '/api/connections/:connection_id',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Get a connection, its subscriptions and its lanes',
        description: 'Open, or closed within the last hour.',
        tags,
        params: z.object({ connection_id: connectionId }),
        response: { 200: apiConnection, ...refusals },
      },
    },
    async (request) => {
      const { connection_id } = request.params;
      const one = connections.get(connection_id, usernameOf);
      if (one === undefined) throw notFound('connection', connection_id);
      const [shown] = await withSubscriptions([one], subscriptionMaxCount, context);
      return { ...shown!, lanes: await lanesOf(connection_id, context) };
    },
  );
}

/** The lanes of an open session at this moment; null for other connections. */
async function lanesOf(id: string, { monitor, questions }: AdminContext): Promise<readonly ApiLane[] | null> {
  const found = monitor.connections.find(id);
  if (found?.isOpen !== true || found.session === 0) return null;
  const answer = await questions.ask({ kind: 'lanes', session: found.session });
  if (answer.kind !== 'lanes') throw new Error(`the engine answered ${answer.kind} for lanes`);
  return answer.lanes;
}

const contains = ({ username, address }: ApiConnection, text: string): boolean =>
  username?.toLowerCase().includes(text) === true || address.toLowerCase().includes(text);

/** The same connections; open ones with what they subscribe to at this moment, at most `limitCount` of each. */
async function withSubscriptions(
  rows: readonly ApiConnection[],
  limitCount: number,
  { monitor, questions }: AdminContext,
): Promise<ApiConnection[]> {
  // Found before the first wait: the table may forget a connection meanwhile.
  const open = rows.flatMap(({ connection_id }) => {
    const found = monitor.connections.find(connection_id);
    return found?.isOpen === true ? [{ connection_id, ...found }] : [];
  });
  const lists = new Map<string, SubscriptionList>();
  for (let at = 0; at < open.length; at += askedCount) {
    const connections = open.slice(at, at + askedCount);
    const answer = await questions.ask({ kind: 'subscriptions', connections, limitCount });
    if (answer.kind !== 'subscriptions') throw new Error(`the engine answered ${answer.kind} for subscriptions`);
    for (const [index, { connection_id }] of connections.entries()) lists.set(connection_id, answer.lists[index]!);
  }
  return rows.map((one) => {
    const list = lists.get(one.connection_id);
    return list === undefined ? one : { ...one, subscriptions: list.listed, subscription_count: list.count };
  });
}
