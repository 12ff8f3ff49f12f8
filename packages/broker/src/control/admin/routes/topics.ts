import { type ApiTopic, matchPattern } from '@pulsemq/protocol';
import { z } from 'zod';
import { currentRate, type LiveTopic } from '../../stats/live-topic.js';
import type { TopicRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { notFound } from '../api-error.js';
import { idParams, page, queryFlag, refusals, searchText, status } from '../schemas/fields.js';
import { topicPattern } from '../schemas/messages.js';
import { apiTopic } from '../schemas/topics.js';

const tags = ['topics'];
/** Topics without figures come last. */
const order = {
  rate: (live: LiveTopic | undefined) => (live?.row == null ? -1 : currentRate(live)),
  age: (live: LiveTopic | undefined) => -(live?.row?.lastPublishedMs ?? Number.POSITIVE_INFINITY),
  drops: (live: LiveTopic | undefined) => live?.row?.droppedCount ?? -1,
};

/** Greatest first. Each key is worked out once; two of minus infinity are equal. */
function sortByKey<Item>(items: Item[], keyOf: (item: Item) => number): void {
  const keys = new Map(items.map((item) => [item, keyOf(item)]));
  items.sort((left, right) => {
    const [one, other] = [keys.get(left)!, keys.get(right)!];
    return one === other ? 0 : other - one;
  });
}

export function topicRoutes(app: AdminApp, { store, feed, monitor }: AdminContext): void {
  const withFigures = async (rows: readonly TopicRow[]): Promise<ApiTopic[]> => {
    const names = new Map((await store.namespaces.all()).map(({ id, name }) => [id, name]));
    return rows.map((row) => {
      const namespace = names.get(row.namespaceId) ?? '';
      return {
        id: row.id,
        namespace_id: row.namespaceId,
        namespace,
        name: row.name,
        created_by: row.createdBy,
        created_at: row.createdAt,
        live: monitor.topics.of(namespace, row.name, monitor.usernameOf),
      };
    });
  };

  app.get(
    '/api/topics',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List topics',
        description:
          'Of one namespace, or of all. By name, or greatest first by `rate`, `age` (longest silent) or `drops`. An unknown namespace has none.',
        tags,
        querystring: z.object({
          ...page,
          namespace: z.string().max(100).optional(),
          text: searchText,
          pattern: topicPattern.optional(),
          stale: queryFlag.optional(),
          sort: z.enum(['name', 'rate', 'age', 'drops']).default('name'),
        }),
        response: { 200: z.array(apiTopic), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, text, pattern, stale, sort, limit, offset } = request.query;
      const known = namespace === undefined ? undefined : await store.namespaces.byName(namespace);
      if (namespace !== undefined && known === undefined) {
        reply.header('x-total-count', 0);
        return [];
      }
      const namespaceIds = known === undefined ? undefined : [known.id];
      const isPlain = pattern === undefined && stale === undefined && sort === 'name';
      const part = isPlain ? { limit, offset } : { limit: Number.MAX_SAFE_INTEGER, offset: 0 };
      const { rows, total } = await store.topics.list({ namespaceIds, text }, part);
      if (isPlain) {
        reply.header('x-total-count', total);
        return withFigures(rows);
      }
      const names = new Map((await store.namespaces.all()).map(({ id, name }) => [id, name]));
      // Whole figures of ten thousand topics would take ten times as long as these, and only a page of them is shown.
      const found = rows
        .filter(({ name }) => pattern === undefined || matchPattern(pattern, name))
        .map((row) => ({ row, live: monitor.topics.live(names.get(row.namespaceId) ?? '', row.name) }))
        .filter(({ live }) => stale === undefined || (live?.row?.isStale === 1) === stale);
      if (sort !== 'name') sortByKey(found, ({ live }) => order[sort](live));
      reply.header('x-total-count', found.length);
      return withFigures(found.slice(offset, offset + limit).map(({ row }) => row));
    },
  );

  app.get(
    '/api/topics/:id',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Get a topic', tags, params: idParams, response: { 200: apiTopic, ...refusals } },
    },
    async (request) => {
      const row = await store.topics.byId(request.params.id);
      if (row === undefined) throw notFound('topic', request.params.id);
      return (await withFigures([row]))[0]!;
    },
  );

  app.delete(
    '/api/topics/:id',
    {
      config: { access: 'administrator', audit: { opType: 'topic.delete', targetType: 'topic' } },
      schema: {
        summary: 'Delete a topic',
        description: 'Published to again, it returns under a new epoch.',
        tags,
        params: idParams,
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const row = await store.topics.byId(request.params.id);
      if (row === undefined) throw notFound('topic', request.params.id);
      const namespace = await store.namespaces.byId(row.namespaceId);
      const before = { created_by: row.createdBy, created_at: row.createdAt };
      Object.assign(request.audit, { target: row.name, namespace: namespace?.name, before });
      await store.topics.remove(row.id);
      feed.topicRemoved(row.namespaceId, row.name);
      return { status: 'deleted' as const };
    },
  );
}
