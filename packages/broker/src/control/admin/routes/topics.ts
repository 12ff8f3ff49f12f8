import { type ApiTopic, matchPattern } from '@pulsemq/protocol';
import { z } from 'zod';
import { currentRate, type LiveTopic } from '../../stats/live-topic.js';
import { topicCondition } from '../../stats/topic-statuses.js';
import type { TopicRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { existingTopic, namespaceNames } from '../lookups.js';
import { idParams, page, queryFlag, refusals, searchText, status } from '../schemas/fields.js';
import { topicPattern } from '../schemas/messages.js';
import { strictQuery } from '../schemas/strict-query.js';
import { apiTopic } from '../schemas/topics.js';

const tags = ['topics'];

/** What each order sorts by, greatest first. Topics without figures come last. */
const order = {
  rate: (live: LiveTopic | undefined) => (live?.row == null ? -1 : currentRate(live)),
  age: (live: LiveTopic | undefined) => -(live?.row?.lastPublishedMs ?? Number.POSITIVE_INFINITY),
  drops: (live: LiveTopic | undefined) => live?.row?.droppedCount ?? -1,
};

export function topicRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addGet(app, context);
  addDelete(app, context);
}

async function withFigures(rows: readonly TopicRow[], { store, monitor }: AdminContext): Promise<ApiTopic[]> {
  const names = await namespaceNames(store.namespaces);
  return rows.map((row) => {
    const namespace = names.get(row.namespaceId) ?? '';
    const live = monitor.topics.of(namespace, row.name, monitor.usernameOf);
    return {
      id: row.id,
      namespace_id: row.namespaceId,
      namespace,
      name: row.name,
      created_by: row.createdBy,
      created_at: row.createdAt,
      ...topicCondition(monitor.statuses.of(namespace, row.name), live !== null),
      live,
    };
  });
}

const listFilter = strictQuery({
  ...page,
  namespace: z.string().max(100).optional(),
  text: searchText,
  pattern: topicPattern.optional(),
  stale: queryFlag.optional(),
  sort: z.enum(['name', 'rate', 'age', 'drops']).default('name'),
});
type ListFilter = z.output<typeof listFilter>;

function addList(app: AdminApp, context: AdminContext): void {
  app.get(
    '/api/topics',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List topics',
        description:
          'Of one namespace or of all; an unknown namespace has none. By name, or greatest first by `rate`, `age` (longest without a message) or `drops`. `stale`: by the freshness rules of the namespace.',
        tags,
        querystring: listFilter,
        response: { 200: z.array(apiTopic), ...refusals },
      },
    },
    async (request, reply) => {
      const { rows, total } = await pageOfTopics(request.query, context);
      reply.header('x-total-count', total);
      return withFigures(rows, context);
    },
  );
}

async function pageOfTopics(
  filter: ListFilter,
  { store, monitor }: AdminContext,
): Promise<{ rows: readonly TopicRow[]; total: number }> {
  const { namespace, text, pattern, stale, sort, limit, offset } = filter;
  const known = namespace === undefined ? undefined : await store.namespaces.byName(namespace);
  if (namespace !== undefined && known === undefined) return { rows: [], total: 0 };
  const namespaceIds = known === undefined ? undefined : [known.id];
  // The store knows only names: anything else needs all rows and their figures.
  const isPlain = pattern === undefined && stale === undefined && sort === 'name';
  if (isPlain) return store.topics.list({ namespaceIds, text }, { limit, offset });
  const { rows } = await store.topics.list({ namespaceIds, text }, { limit: Number.MAX_SAFE_INTEGER, offset: 0 });
  const names = await namespaceNames(store.namespaces);
  // Only what the filter needs: the figures of ten thousand topics would take ten times as long, and one page is shown.
  const found = rows
    .filter(({ name }) => pattern === undefined || matchPattern(pattern, name))
    .map((row) => ({ row, namespace: names.get(row.namespaceId) ?? '' }))
    .filter(({ row, namespace }) => {
      return stale === undefined || (monitor.statuses.of(namespace, row.name)?.state === 'stale') === stale;
    })
    .map((one) => ({ ...one, live: monitor.topics.live(one.namespace, one.row.name) }));
  if (sort !== 'name') sortByKey(found, ({ live }) => order[sort](live));
  return { rows: found.slice(offset, offset + limit).map(({ row }) => row), total: found.length };
}

/** Sorts greatest first. Computes each key once; two keys of minus infinity are equal. */
function sortByKey<Item>(items: Item[], keyOf: (item: Item) => number): void {
  const keys = new Map(items.map((item) => [item, keyOf(item)]));
  items.sort((left, right) => {
    const [one, other] = [keys.get(left)!, keys.get(right)!];
    return one === other ? 0 : other - one;
  });
}

function addGet(app: AdminApp, context: AdminContext): void {
  app.get(
    '/api/topics/:id',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Get a topic', tags, params: idParams, response: { 200: apiTopic, ...refusals } },
    },
    async (request) => {
      const row = await existingTopic(context.store.topics, request.params.id);
      return (await withFigures([row], context))[0]!;
    },
  );
}

function addDelete(app: AdminApp, { store, feed }: AdminContext): void {
  app.delete(
    '/api/topics/:id',
    {
      config: { access: 'administrator', audit: { opType: 'topic.delete', targetType: 'topic' } },
      schema: {
        summary: 'Delete a topic',
        description: 'The next message published to it creates it again, under a new epoch.',
        tags,
        params: idParams,
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const row = await existingTopic(store.topics, request.params.id);
      const namespace = await store.namespaces.byId(row.namespaceId);
      const before = { created_by: row.createdBy, created_at: row.createdAt };
      Object.assign(request.audit, { target: row.name, namespace: namespace?.name, before });
      await store.topics.remove(row.id);
      feed.topicRemoved(row.namespaceId, row.name);
      return { status: 'deleted' as const };
    },
  );
}
