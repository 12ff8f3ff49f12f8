import type { ApiGrant, GrantRequest } from '@pulsemq/protocol';
import { z } from 'zod';
import type { GrantRow, NamespaceRow, UserRow } from '../../store/rows.js';
import type { Store } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { badInput, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { bodyId, id, idParams, page, refusals, status } from '../schemas/fields.js';
import { apiGrant, grantRole } from '../schemas/namespaces.js';
import { username } from '../schemas/users.js';

const tags = ['permissions'];
const targetType = 'namespace_permission';

/** Who may do what in which namespace. A namespace's admin reaches these routes for that namespace. */
export function grantRoutes(app: AdminApp, { store, feed, monitor }: AdminContext): void {
  const withNames = async (grants: readonly GrantRow[]): Promise<ApiGrant[]> => {
    const names = new Map((await store.namespaces.all()).map(({ id, name }) => [id, name]));
    return grants.map((grant) => ({
      user_id: grant.userId,
      username: monitor.usernameOf(grant.userId),
      namespace_id: grant.namespaceId,
      namespace: names.get(grant.namespaceId) ?? '',
      role: grant.role,
      granted_by: grant.grantedBy,
      granted_at: grant.grantedAt,
    }));
  };

  const namespaceOf = async (namespaceId: number, { namespaces }: Store = store): Promise<NamespaceRow> => {
    const namespace = await namespaces.byId(namespaceId);
    if (namespace === undefined) throw notFound('namespace', namespaceId);
    return namespace;
  };

  const userToGrant = async (
    { user_id, username }: Pick<GrantRequest, 'user_id' | 'username'>,
    { users }: Store,
  ): Promise<UserRow> => {
    if ((user_id === undefined) === (username === undefined)) {
      throw badInput('body.user_id', 'name the user by "user_id" or by "username", by one of them');
    }
    const user = user_id !== undefined ? await users.byId(user_id) : await users.byName(username!);
    if (user !== undefined) return user;
    throw badInput(user_id !== undefined ? 'body.user_id' : 'body.username', `there is no user ${user_id ?? username}`);
  };

  app.get(
    '/api/permissions',
    {
      config: { access: 'namespaceAdmin' },
      schema: {
        summary: 'List the grants of all namespaces',
        description: 'A namespace admin sees those of the namespaces it manages.',
        tags,
        querystring: z.object({ ...page, user_id: id.optional(), namespace_id: id.optional() }),
        response: { 200: z.array(apiGrant), ...refusals },
      },
    },
    async (request, reply) => {
      const { isAdministrator, managedNamespaceIds } = callerOf(request);
      const { user_id: userId, namespace_id, ...part } = request.query;
      const wanted = namespace_id === undefined ? undefined : [namespace_id];
      const namespaceIds = isAdministrator
        ? wanted
        : (wanted ?? [...managedNamespaceIds]).filter((id) => managedNamespaceIds.has(id));
      const { rows, total } = await store.grants.list({ userId, namespaceIds }, part);
      reply.header('x-total-count', total);
      return withNames(rows);
    },
  );

  app.get(
    '/api/namespaces/:id/permissions',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id' },
      schema: {
        summary: 'List the grants of a namespace',
        tags,
        params: idParams,
        querystring: z.object(page),
        response: { 200: z.array(apiGrant), ...refusals },
      },
    },
    async (request, reply) => {
      const namespace = await namespaceOf(request.params.id);
      const { rows, total } = await store.grants.list({ namespaceIds: [namespace.id] }, request.query);
      reply.header('x-total-count', total);
      return withNames(rows);
    },
  );

  app.post(
    '/api/namespaces/:id/permissions',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id', audit: { opType: 'grant', targetType } },
      schema: {
        summary: 'Grant a role',
        description:
          'The user by number, or by name for who may not list users. A second grant changes the role. ' +
          'Takes effect on the very next message.',
        tags,
        params: idParams,
        body: z.strictObject({
          user_id: bodyId.optional(),
          username: username.optional(),
          role: grantRole.default('sub'),
        }),
        response: { 200: status('granted'), ...refusals },
      },
    },
    async (request) => {
      const { role } = request.body;
      request.audit.target = String(request.body.user_id ?? request.body.username);
      const userId = await store.transaction(async (inner) => {
        const namespace = await namespaceOf(request.params.id, inner);
        request.audit.namespace = namespace.name;
        const user = await userToGrant(request.body, inner);
        request.audit.target = user.username;
        const grantedBy = callerOf(request).user.username;
        const before = await inner.grants.put({ userId: user.id, namespaceId: namespace.id, role, grantedBy });
        Object.assign(request.audit, { before: before ?? undefined, after: role });
        return user.id;
      });
      feed.grantChanged(userId, request.params.id, role);
      return { status: 'granted' as const };
    },
  );

  app.delete(
    '/api/namespaces/:id/permissions/:user_id',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id', audit: { opType: 'revoke', targetType } },
      schema: {
        summary: 'Take a role away',
        description: 'Ends running deliveries of that namespace to the user.',
        tags,
        params: z.object({ id, user_id: id }),
        response: { 200: status('revoked'), ...refusals },
      },
    },
    async (request) => {
      const { user_id } = request.params;
      request.audit.target = String(user_id);
      await store.transaction(async (inner) => {
        const namespace = await namespaceOf(request.params.id, inner);
        request.audit.namespace = namespace.name;
        const user = await inner.users.byId(user_id);
        if (user === undefined) throw notFound('user', user_id);
        request.audit.target = user.username;
        const before = await inner.grants.remove(user_id, namespace.id);
        if (before === null) throw notFound('grant of this namespace for user', user.username);
        request.audit.before = before;
      });
      feed.grantChanged(user_id, request.params.id, null);
      return { status: 'revoked' as const };
    },
  );
}
