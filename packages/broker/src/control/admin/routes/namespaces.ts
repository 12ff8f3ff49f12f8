import type { ApiNamespace } from '@pulsemq/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NamespaceRow } from '../../store/rows.js';
import type { Store } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { existingNamespace } from '../lookups.js';
import { idParams, keptNote, page, queryFlag, refusals, searchText, status } from '../schemas/fields.js';
import { apiNamespace, createNamespace, keptNamespace, updateNamespace } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';

const tags = ['namespaces'];
const targetType = 'namespace';

export function namespaceRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addCreate(app, context);
  addGet(app, context);
  addUpdate(app, context);
  addDelete(app, context);
}

/** What an audit row shows of a namespace. */
const audited = ({ description, isActive, keepLastValue, history }: NamespaceRow) => ({
  description,
  is_active: isActive,
  keep_last_value: keepLastValue,
  history,
});

async function withCounts(rows: readonly NamespaceRow[], store: Store): Promise<ApiNamespace[]> {
  const [topicCounts, grantCounts] = await Promise.all([
    store.topics.countByNamespace(),
    store.grants.countByNamespace(),
  ]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...audited(row),
    created_by: row.createdBy,
    created_at: row.createdAt,
    topic_count: topicCounts.get(row.id) ?? 0,
    grant_count: grantCounts.get(row.id) ?? 0,
  }));
}

function addList(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/namespaces',
    {
      config: { access: 'namespaceAdmin' },
      schema: {
        summary: 'List namespaces',
        description: 'A namespace admin gets only the namespaces it manages.',
        tags,
        querystring: strictQuery({ ...page, text: searchText }),
        response: { 200: z.array(apiNamespace), ...refusals },
      },
    },
    async (request, reply) => {
      const { isAdministrator, managedNamespaceIds } = callerOf(request);
      const { limit, offset, text } = request.query;
      if (isAdministrator) {
        const { rows, total } = await store.namespaces.list({ text }, { limit, offset });
        reply.header('x-total-count', total);
        return withCounts(rows, store);
      }
      const managed = (await store.namespaces.all()).filter(
        ({ id, name }) => managedNamespaceIds.has(id) && name.includes(text ?? ''),
      );
      reply.header('x-total-count', managed.length);
      return withCounts(managed.slice(offset, offset + limit), store);
    },
  );
}

function addCreate(app: AdminApp, { store, feed }: AdminContext): void {
  app.post(
    '/api/namespaces',
    {
      config: { access: 'administrator', audit: { opType: 'namespace.create', targetType }, refuses: [409] },
      schema: {
        summary: 'Create a namespace',
        tags,
        body: createNamespace,
        response: { 201: z.object({ id: z.int(), name: z.string() }), ...refusals },
      },
    },
    async (request, reply) => {
      const { name, description, keep_last_value: keepLastValue, history } = request.body;
      request.audit.target = name;
      request.audit.namespace = name;
      const createdBy = callerOf(request).user.username;
      const row = await store.namespaces.add({ name, description, createdBy, keepLastValue, history });
      request.audit.after = audited(row);
      feed.namespaceChanged(row);
      return reply.status(201).send({ id: row.id, name });
    },
  );
}

function addGet(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/namespaces/:id',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id' },
      schema: { summary: 'Get a namespace', tags, params: idParams, response: { 200: apiNamespace, ...refusals } },
    },
    async (request) => {
      const row = await existingNamespace(store.namespaces, request.params.id);
      return (await withCounts([row], store))[0]!;
    },
  );
}

function addUpdate(app: AdminApp, context: AdminContext): void {
  app.put(
    '/api/namespaces/:id',
    {
      config: { access: 'administrator', audit: { opType: 'namespace.update', targetType } },
      schema: {
        summary: 'Change a namespace',
        description: `The name cannot change, because it is part of every topic. ${keptNote('A deactivation')}`,
        tags,
        params: idParams,
        body: updateNamespace,
        response: { 200: apiNamespace, 202: keptNamespace, ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const isStored = isDeactivation(request.body)
        ? await deactivate(request, id, context)
        : await changeNamespace(request, id, request.body, context);
      const [shown] = await withCounts([await existingNamespace(context.store.namespaces, id)], context.store);
      return isStored ? shown! : reply.status(202).send({ ...shown!, stored: false });
    },
  );
}

type NamespaceChanges = z.output<typeof updateNamespace>;

/** The call takes rights away and does nothing else. */
const isDeactivation = ({ is_active, description, keep_last_value, history }: NamespaceChanges): boolean =>
  is_active === false && description === undefined && keep_last_value === undefined && history === undefined;

/** Deactivates a namespace. True when that is stored. */
function deactivate(request: FastifyRequest, id: number, { feed, withdrawals }: AdminContext): Promise<boolean> {
  return withdrawals.make(request, {
    check: async ({ namespaces }) => {
      const before = await existingNamespace(namespaces, id);
      const after = { ...before, isActive: false };
      const [target, namespace] = [before.name, before.name];
      Object.assign(request.audit, { target, namespace, before: audited(before), after: audited(after) });
      return after;
    },
    write: async ({ namespaces }) => void (await namespaces.update(id, { isActive: false })),
    pending: () => ({ kind: 'namespaceOff', namespaceId: id }),
    act: (after) => feed.namespaceChanged(after),
  });
}

/** True, because it throws when the change cannot be stored. */
async function changeNamespace(
  request: FastifyRequest,
  id: number,
  { description, is_active: isActive, keep_last_value: keepLastValue, history }: NamespaceChanges,
  { store, feed }: AdminContext,
): Promise<true> {
  const before = await existingNamespace(store.namespaces, id);
  Object.assign(request.audit, { target: before.name, namespace: before.name, before: audited(before) });
  const row = await store.namespaces.update(id, { description, isActive, keepLastValue, history });
  if (row === undefined) throw notFound('namespace', id);
  request.audit.after = audited(row);
  feed.namespaceChanged(row);
  return true;
}

function addDelete(app: AdminApp, { store, feed }: AdminContext): void {
  app.delete(
    '/api/namespaces/:id',
    {
      config: { access: 'administrator', audit: { opType: 'namespace.delete', targetType }, refuses: [409] },
      schema: {
        summary: 'Delete a namespace',
        description:
          'Refused while the namespace has topics, unless `force=true`: then its topics and grants are deleted too.',
        tags,
        params: idParams,
        querystring: strictQuery({ force: queryFlag.default(false) }),
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const row = await existingNamespace(store.namespaces, request.params.id);
      Object.assign(request.audit, { target: row.name, namespace: row.name, before: audited(row) });
      const topicCount = (await store.topics.countByNamespace()).get(row.id) ?? 0;
      if (topicCount > 0 && !request.query.force) throw hasTopics(row.name, topicCount);
      await store.namespaces.remove(row.id);
      feed.namespaceRemoved(row.id);
      return { status: 'deleted' as const };
    },
  );
}

function hasTopics(name: string, topicCount: number): ApiError {
  const topics = topicCount === 1 ? 'topic' : 'topics';
  const message = `namespace ${name} has ${topicCount} ${topics}; delete them first, or use ?force=true`;
  return new ApiError(409, 'HAS_TOPICS', message);
}
