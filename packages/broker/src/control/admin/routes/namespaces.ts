import type { ApiNamespace } from '@pulsemq/protocol';
import { z } from 'zod';
import type { NamespaceRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { idParams, page, queryFlag, refusals, searchText, status } from '../schemas/fields.js';
import { apiNamespace, createNamespace, updateNamespace } from '../schemas/namespaces.js';

const tags = ['namespaces'];

/** What an audit row shows of a namespace. */
const shown = ({ description, isActive, keepLastValue }: NamespaceRow) => ({
  description,
  is_active: isActive,
  keep_last_value: keepLastValue,
});

export function namespaceRoutes(app: AdminApp, { store, feed }: AdminContext): void {
  const withCounts = async (rows: readonly NamespaceRow[]): Promise<ApiNamespace[]> => {
    const [topicCounts, grantCounts] = await Promise.all([
      store.topics.countByNamespace(),
      store.grants.countByNamespace(),
    ]);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      ...shown(row),
      created_by: row.createdBy,
      created_at: row.createdAt,
      topic_count: topicCounts.get(row.id) ?? 0,
      grant_count: grantCounts.get(row.id) ?? 0,
    }));
  };

  const namespaceOf = async (id: number): Promise<NamespaceRow> => {
    const row = await store.namespaces.byId(id);
    if (row === undefined) throw notFound('namespace', id);
    return row;
  };

  app.get(
    '/api/namespaces',
    {
      config: { access: 'namespaceAdmin' },
      schema: {
        summary: 'List namespaces',
        description: 'A namespace admin sees those it manages.',
        tags,
        querystring: z.object({ ...page, text: searchText }),
        response: { 200: z.array(apiNamespace), ...refusals },
      },
    },
    async (request, reply) => {
      const { isAdministrator, managedNamespaceIds } = callerOf(request);
      const { limit, offset, text } = request.query;
      if (isAdministrator) {
        const { rows, total } = await store.namespaces.list({ text }, { limit, offset });
        reply.header('x-total-count', total);
        return withCounts(rows);
      }
      const managed = (await store.namespaces.all()).filter(
        ({ id, name }) => managedNamespaceIds.has(id) && name.includes(text ?? ''),
      );
      reply.header('x-total-count', managed.length);
      return withCounts(managed.slice(offset, offset + limit));
    },
  );

  app.post(
    '/api/namespaces',
    {
      config: {
        access: 'administrator',
        audit: { opType: 'namespace.create', targetType: 'namespace' },
        refuses: [409],
      },
      schema: {
        summary: 'Create a namespace',
        tags,
        body: createNamespace,
        response: { 201: z.object({ id: z.int(), name: z.string() }), ...refusals },
      },
    },
    async (request, reply) => {
      const { name, description, keep_last_value } = request.body;
      request.audit.target = name;
      request.audit.namespace = name;
      const createdBy = callerOf(request).user.username;
      const row = await store.namespaces.add({ name, description, createdBy, keepLastValue: keep_last_value });
      request.audit.after = shown(row);
      feed.namespaceChanged(row);
      return reply.status(201).send({ id: row.id, name });
    },
  );

  app.get(
    '/api/namespaces/:id',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id' },
      schema: { summary: 'Get a namespace', tags, params: idParams, response: { 200: apiNamespace, ...refusals } },
    },
    async (request) => (await withCounts([await namespaceOf(request.params.id)]))[0]!,
  );

  app.put(
    '/api/namespaces/:id',
    {
      config: { access: 'administrator', audit: { opType: 'namespace.update', targetType: 'namespace' } },
      schema: {
        summary: 'Change a namespace',
        description: 'Its name stands in every topic and does not change.',
        tags,
        params: idParams,
        body: updateNamespace,
        response: { 200: apiNamespace, ...refusals },
      },
    },
    async (request) => {
      const before = await namespaceOf(request.params.id);
      const { description, is_active, keep_last_value } = request.body;
      const changes = {
        ...(description !== undefined && { description }),
        ...(is_active !== undefined && { isActive: is_active }),
        ...(keep_last_value !== undefined && { keepLastValue: keep_last_value }),
      };
      Object.assign(request.audit, { target: before.name, namespace: before.name, before: shown(before) });
      const row = await store.namespaces.update(before.id, changes);
      if (row === undefined) throw notFound('namespace', before.id);
      request.audit.after = shown(row);
      feed.namespaceChanged(row);
      return (await withCounts([row]))[0]!;
    },
  );

  app.delete(
    '/api/namespaces/:id',
    {
      config: {
        access: 'administrator',
        audit: { opType: 'namespace.delete', targetType: 'namespace' },
        refuses: [409],
      },
      schema: {
        summary: 'Delete a namespace',
        description: 'Refused while it has topics, unless `force=true`: then its topics and grants go with it.',
        tags,
        params: idParams,
        querystring: z.object({ force: queryFlag.default(false) }),
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const row = await namespaceOf(request.params.id);
      Object.assign(request.audit, { target: row.name, namespace: row.name, before: shown(row) });
      const topicCount = (await store.topics.countByNamespace()).get(row.id) ?? 0;
      if (topicCount > 0 && !request.query.force) {
        throw new ApiError(
          409,
          'HAS_TOPICS',
          `namespace ${row.name} has ${topicCount} ${topicCount === 1 ? 'topic' : 'topics'}; delete them first, or use ?force=true`,
        );
      }
      await store.namespaces.remove(row.id);
      feed.namespaceRemoved(row.id);
      return { status: 'deleted' as const };
    },
  );
}
