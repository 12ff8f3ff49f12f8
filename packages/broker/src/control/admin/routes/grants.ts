import { type ApiGrant, type GrantRequest, type GrantRole, RoleLevel } from '@pulsemq/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PendingChange } from '../../store/pending/pending-change.js';
import type { GrantRow, UserRow } from '../../store/rows.js';
import type { GrantStore, Store, UserStore } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { badInput, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { existingNamespace, existingUser, namespaceNames } from '../lookups.js';
import { bodyId, id, idParams, keptNote, keptStatus, page, refusals, status } from '../schemas/fields.js';
import { apiGrant, grantRole } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';
import { username } from '../schemas/users.js';

const tags = ['permissions'];
const targetType = 'namespace_permission';

/** Roles of users in namespaces. A namespace admin may call these routes for the namespaces it manages. */
export function grantRoutes(app: AdminApp, context: AdminContext): void {
  addListAll(app, context);
  addListOfNamespace(app, context);
  addGrant(app, context);
  addRevoke(app, context);
}

async function withNames(grants: readonly GrantRow[], { store, monitor }: AdminContext): Promise<ApiGrant[]> {
  const names = await namespaceNames(store.namespaces);
  return grants.map((grant) => ({
    user_id: grant.userId,
    username: monitor.usernameOf(grant.userId),
    namespace_id: grant.namespaceId,
    namespace: names.get(grant.namespaceId) ?? '',
    role: grant.role,
    granted_by: grant.grantedBy,
    granted_at: grant.grantedAt,
  }));
}

function addListAll(app: AdminApp, context: AdminContext): void {
  app.get(
    '/api/permissions',
    {
      config: { access: 'namespaceAdmin' },
      schema: {
        summary: 'List the grants of all namespaces',
        description: 'A namespace admin gets only the grants of the namespaces it manages.',
        tags,
        querystring: strictQuery({ ...page, user_id: id.optional(), namespace_id: id.optional() }),
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
      const { rows, total } = await context.store.grants.list({ userId, namespaceIds }, part);
      reply.header('x-total-count', total);
      return withNames(rows, context);
    },
  );
}

function addListOfNamespace(app: AdminApp, context: AdminContext): void {
  const { store } = context;
  app.get(
    '/api/namespaces/:id/permissions',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id' },
      schema: {
        summary: 'List the grants of a namespace',
        tags,
        params: idParams,
        querystring: strictQuery(page),
        response: { 200: z.array(apiGrant), ...refusals },
      },
    },
    async (request, reply) => {
      const namespace = await existingNamespace(store.namespaces, request.params.id);
      const { rows, total } = await store.grants.list({ namespaceIds: [namespace.id] }, request.query);
      reply.header('x-total-count', total);
      return withNames(rows, context);
    },
  );
}

const grantRequest = z.strictObject({
  user_id: bodyId.optional(),
  username: username.optional(),
  role: grantRole.default('sub'),
});

function addGrant(app: AdminApp, context: AdminContext): void {
  app.post(
    '/api/namespaces/:id/permissions',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id', audit: { opType: 'grant', targetType } },
      schema: {
        summary: 'Grant a role',
        description:
          'Give `user_id` or `username`; namespace admins use the name, because they cannot list users. A second grant changes the role. ' +
          `The role applies from the next message on. ${keptNote('A lower role')}`,
        tags,
        params: idParams,
        body: grantRequest,
        response: { 200: status('granted'), 202: keptStatus('granted'), ...refusals },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      request.audit.target = String(body.user_id ?? body.username);
      const isStored = await grant(request, { namespaceId: params.id, wanted: body }, context);
      return isStored ? { status: 'granted' as const } : reply.status(202).send({ status: 'granted', stored: false });
    },
  );
}

/** What a caller wants to grant. */
interface GrantCall {
  readonly namespaceId: number;
  readonly wanted: z.output<typeof grantRequest>;
}

/** Grants a role. A lower one than before acts at once, as a revocation. True when it is stored. */
async function grant(
  request: FastifyRequest,
  call: GrantCall,
  { store, feed, withdrawals }: AdminContext,
): Promise<boolean> {
  const { namespaceId, wanted } = call;
  const { role } = wanted;
  const grantedBy = callerOf(request).user.username;
  const check = (inner: Store) => grantedTo(request, call, inner);
  const put = async ({ grants }: Store, { user }: Granted): Promise<void> => {
    await grants.put({ userId: user.id, namespaceId, role, grantedBy });
  };
  const { user, before } = await check(store);
  const act = (): void => feed.grantChanged(user.id, namespaceId, role);
  if (before !== undefined && RoleLevel[role] < RoleLevel[before]) {
    const pending = (): PendingChange => ({ kind: 'role', userId: user.id, namespaceId, role });
    return withdrawals.make(request, { check, write: put, pending, act });
  }
  await store.transaction(async (inner) => put(inner, await check(inner)));
  act();
  return true;
}

/** The user of a grant, and the role before. */
interface Granted {
  readonly user: UserRow;
  readonly before: GrantRole | undefined;
}

/** Finds them, and notes them for the audit row. Throws 404 and 400. */
async function grantedTo(
  { audit }: FastifyRequest,
  { namespaceId, wanted }: GrantCall,
  { namespaces, users, grants }: Store,
): Promise<Granted> {
  const namespace = await existingNamespace(namespaces, namespaceId);
  audit.namespace = namespace.name;
  const user = await userToGrant(wanted, users);
  const before = await roleIn(grants, user.id, namespaceId);
  Object.assign(audit, { target: user.username, before, after: wanted.role });
  return { user, before };
}

/** Throws 400 unless the body names one existing user. */
async function userToGrant(
  { user_id, username }: Pick<GrantRequest, 'user_id' | 'username'>,
  users: UserStore,
): Promise<UserRow> {
  if ((user_id === undefined) === (username === undefined)) {
    throw badInput('body.user_id', 'give either "user_id" or "username"');
  }
  const user = user_id !== undefined ? await users.byId(user_id) : await users.byName(username!);
  if (user !== undefined) return user;
  throw badInput(user_id !== undefined ? 'body.user_id' : 'body.username', `there is no user ${user_id ?? username}`);
}

function addRevoke(app: AdminApp, { feed, withdrawals }: AdminContext): void {
  app.delete(
    '/api/namespaces/:id/permissions/:user_id',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id', audit: { opType: 'revoke', targetType } },
      schema: {
        summary: 'Revoke a role',
        description: `Ends running deliveries of that namespace to the user. ${keptNote('It')}`,
        tags,
        params: z.object({ id, user_id: id }),
        response: { 200: status('revoked'), 202: keptStatus('revoked'), ...refusals },
      },
    },
    async (request, reply) => {
      const { id: namespaceId, user_id: userId } = request.params;
      request.audit.target = String(userId);
      const isStored = await withdrawals.make(request, {
        check: async ({ namespaces, users, grants }) => {
          const namespace = await existingNamespace(namespaces, namespaceId);
          const user = await existingUser(users, userId);
          const before = await roleIn(grants, userId, namespaceId);
          Object.assign(request.audit, { namespace: namespace.name, target: user.username });
          if (before === undefined) throw notFound('grant of this namespace for user', user.username);
          request.audit.before = before;
        },
        write: async ({ grants }) => void (await grants.remove(userId, namespaceId)),
        pending: () => ({ kind: 'role', userId, namespaceId, role: null }),
        act: () => feed.grantChanged(userId, namespaceId, null),
      });
      return isStored ? { status: 'revoked' as const } : reply.status(202).send({ status: 'revoked', stored: false });
    },
  );
}

const roleIn = async (grants: GrantStore, userId: number, namespaceId: number): Promise<GrantRole | undefined> =>
  (await grants.ofUser(userId)).find((grant) => grant.namespaceId === namespaceId)?.role;
