import type { ApiConnection } from '@pulsemq/protocol';
import { z } from 'zod';
import type { SubscriptionList } from '../../../port-questions.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, badInput, notFound } from '../api-error.js';
import { apiConnection } from '../schemas/connections.js';
import { bodyId, id, page, refusals, searchText, status } from '../schemas/fields.js';

const tags = ['connections'];
const connectionName = z.string().max(30);
/** Subscriptions of one connection that are told, and of each in a list. */
const subscriptionMaxCount = 100;
const listedSubscriptionMaxCount = 10;
/** Connections of one question, so that ticks go on between the answers of a long page. */
const askedCount = 100;
const order: Record<string, (one: ApiConnection) => number> = {
  since: (one) => Date.parse(one.connected_at),
  lag: (one) => one.lag_ms,
  drops: (one) => one.drops.hwm + one.drops.outbox_bytes + one.drops.outbox_total_bytes,
  rate_in: (one) => one.msg_rate_in,
  rate_out: (one) => one.msg_rate_out,
};

/** Who is connected, and ending it. */
export function connectionRoutes(app: AdminApp, { store, link, questions, monitor }: AdminContext): void {
  /** The same connections, with what those that are open have subscribed to at this moment. */
  const withSubscriptions = async (rows: readonly ApiConnection[], limitCount: number): Promise<ApiConnection[]> => {
    // Looked up before anything is waited for, in which a connection may be forgotten.
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
      return list === undefined ? one : { ...one, subscriptions: list.told, subscription_count: list.count };
    });
  };

  app.get(
    '/api/connections',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List connections',
        description:
          'Those that have closed stay for an hour, with the reason. Greatest first by `sort`. Of what each has subscribed to the first ten are told; where one is asked for alone, the first hundred.',
        tags,
        querystring: z.object({
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
      const found = monitor.connections
        .list(state, monitor.usernameOf)
        .filter((one) => user_id === undefined || one.user_id === user_id)
        .filter((one) => text === undefined || contains(one, text.toLowerCase()));
      found.sort((left, right) => order[sort]!(right) - order[sort]!(left));
      reply.header('x-total-count', found.length);
      return withSubscriptions(found.slice(offset, offset + limit), listedSubscriptionMaxCount);
    },
  );

  app.get(
    '/api/connections/:connection_id',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Get a connection, with what it has subscribed to',
        description: 'Also one that has closed within the last hour.',
        tags,
        params: z.object({ connection_id: connectionName }),
        response: { 200: apiConnection, ...refusals },
      },
    },
    async (request) => {
      const { connection_id } = request.params;
      const one = monitor.connections.get(connection_id, monitor.usernameOf);
      if (one === undefined) throw notFound('connection', connection_id);
      return (await withSubscriptions([one], subscriptionMaxCount))[0]!;
    },
  );

  app.post(
    '/api/connections/disconnect-user',
    {
      config: { access: 'administrator', audit: { opType: 'disconnect_user', targetType: 'user' } },
      schema: {
        summary: 'End every session of a user',
        tags,
        body: z.strictObject({ user_id: bodyId }),
        response: {
          200: z.object({ status: z.literal('disconnected'), session_count: z.int() }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { user_id } = request.body;
      request.audit.target = String(user_id);
      const user = await store.users.byId(user_id);
      if (user === undefined) throw badInput('body.user_id', `there is no user ${user_id}`);
      request.audit.target = user.username;
      const session_count = monitor.users.sessionCountOf(user.id);
      request.audit.before = { session_count };
      link.send({ kind: 'kickUser', userId: user.id, reason: 'disconnected by an administrator' });
      return { status: 'disconnected' as const, session_count };
    },
  );

  app.post(
    '/api/connections/:connection_id/disconnect',
    {
      config: { access: 'administrator', audit: { opType: 'disconnect', targetType: 'connection' }, refuses: [409] },
      schema: {
        summary: 'End one connection',
        tags,
        params: z.object({ connection_id: connectionName }),
        response: { 200: status('disconnected'), ...refusals },
      },
    },
    async (request) => {
      const { connection_id } = request.params;
      request.audit.target = connection_id;
      const found = monitor.connections.find(connection_id);
      if (found === undefined) throw notFound('connection', connection_id);
      if (!found.isOpen) throw new ApiError(409, 'CLOSED', `connection ${connection_id} has closed already`);
      const reason = 'disconnected by an administrator';
      if (found.session > 0) link.send({ kind: 'kickSession', session: found.session, reason });
      else link.send({ kind: 'kickSubscriber', subscriber: found.subscriber, reason });
      return { status: 'disconnected' as const };
    },
  );
}

const contains = ({ username, address }: ApiConnection, text: string): boolean =>
  username?.toLowerCase().includes(text) === true || address.toLowerCase().includes(text);
