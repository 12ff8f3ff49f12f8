import { type ApiUser, mayUseMq } from '@pulsemq/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { generatePassword, generateToken, hashToken } from '../../auth/token.js';
import type { Monitor } from '../../stats/monitor.js';
import type { UserRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { disconnectReasons } from '../disconnect-reasons.js';
import { isAdministrator } from '../log-in/log-ins.js';
import { existingUser } from '../lookups.js';
import { idParams, keptNote, keptStatus, page, refusals, searchText, status } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';
import { apiUser, createdUser, createUser, updateUser, userType } from '../schemas/users.js';
import { keepLastSuperAdmin, keepSuperAdmins } from '../super-admins.js';

const tags = ['users'];
const targetType = 'user';

export function userRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addCreate(app, context);
  addGet(app, context);
  addUpdate(app, context);
  addDelete(app, context);
}

/** What an audit row shows of a user. */
const audited = ({ username, userType, isActive }: UserRow) => ({
  username,
  user_type: userType,
  is_active: isActive,
});

const apiUserOf = (user: UserRow, monitor: Monitor): ApiUser => ({
  id: user.id,
  ...audited(user),
  has_token: user.tokenHash !== null,
  has_password: user.passwordHash !== null,
  must_change_password: user.mustChangePassword,
  created_at: user.createdAt,
  updated_at: user.updatedAt,
  session_count: monitor.users.sessionCountOf(user.id),
});

function addList(app: AdminApp, { store, monitor }: AdminContext): void {
  app.get(
    '/api/users',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List users',
        tags,
        querystring: strictQuery({ ...page, user_type: userType.optional(), text: searchText }),
        response: { 200: z.array(apiUser), ...refusals },
      },
    },
    async (request, reply) => {
      const { user_type, text, limit, offset } = request.query;
      const { rows, total } = await store.users.list({ userType: user_type, text }, { limit, offset });
      reply.header('x-total-count', total);
      return rows.map((user) => apiUserOf(user, monitor));
    },
  );
}

function addCreate(app: AdminApp, { store, feed, passwords }: AdminContext): void {
  app.post(
    '/api/users',
    {
      config: { access: 'administrator', audit: { opType: 'user.create', targetType }, refuses: [409, 429] },
      schema: {
        summary: 'Create a user',
        description: 'The answer has the token, and the password if it was generated. Neither is shown again.',
        tags,
        body: createUser,
        response: { 201: createdUser, ...refusals },
      },
    },
    async (request, reply) => {
      const { username, user_type, password } = request.body;
      request.audit.target = username;
      keepSuperAdmins(callerOf(request).user, undefined, user_type);
      const token = mayUseMq(user_type) ? generateToken() : undefined;
      const needsPassword = isAdministrator({ userType: user_type });
      const generated = password === undefined && needsPassword ? generatePassword() : undefined;
      const chosen = password ?? generated;
      const user = await store.users.add({
        username,
        userType: user_type,
        tokenHash: token === undefined ? null : hashToken(token),
        passwordHash: chosen === undefined ? null : await passwords.hash(chosen, { isUrgent: true }),
        mustChangePassword: chosen !== undefined,
      });
      request.audit.after = audited(user);
      feed.userChanged(user);
      return reply.status(201).send({ id: user.id, username, user_type, token, password: generated });
    },
  );
}

function addGet(app: AdminApp, { store, monitor }: AdminContext): void {
  app.get(
    '/api/users/:id',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Get a user', tags, params: idParams, response: { 200: apiUser, ...refusals } },
    },
    async (request) => apiUserOf(await existingUser(store.users, request.params.id), monitor),
  );
}

function addUpdate(app: AdminApp, context: AdminContext): void {
  app.put(
    '/api/users/:id',
    {
      config: { access: 'administrator', audit: { opType: 'user.update', targetType }, refuses: [409] },
      schema: {
        summary: 'Change a user',
        description: `Deactivating a user ends its sessions and log-ins at once. ${keptNote('A deactivation')}`,
        tags,
        params: idParams,
        body: updateUser,
        response: { 200: status('updated'), 202: keptStatus('updated'), ...refusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!isDeactivation(request.body)) await changeUser(request, id, request.body, context);
      else if (!(await deactivate(request, id, context))) {
        return reply.status(202).send({ status: 'updated', stored: false });
      }
      return { status: 'updated' as const };
    },
  );
}

type UserChanges = z.output<typeof updateUser>;

/** The call takes rights away and does nothing else. */
const isDeactivation = ({ is_active, username, user_type }: UserChanges): boolean =>
  is_active === false && username === undefined && user_type === undefined;

/** Deactivates a user. True when that is stored. */
function deactivate(request: FastifyRequest, id: number, { feed, withdrawals }: AdminContext): Promise<boolean> {
  return withdrawals.make(request, {
    check: async ({ users }) => {
      const before = await existingUser(users, id);
      const user = { ...before, isActive: false };
      Object.assign(request.audit, { target: before.username, before: audited(before), after: audited(user) });
      keepSuperAdmins(callerOf(request).user, before);
      await keepLastSuperAdmin(before, 'deactivated', users);
      return { user, tokenVersion: before.tokenVersion + 1 };
    },
    write: async ({ users }, { tokenVersion }) => void (await users.update(id, { isActive: false, tokenVersion })),
    pending: () => ({ kind: 'userOff', userId: id }),
    act: ({ user }) => feed.userChanged(user),
  });
}

async function changeUser(
  request: FastifyRequest,
  id: number,
  { username, user_type: userType, is_active: isActive }: UserChanges,
  { store, feed, link }: AdminContext,
): Promise<void> {
  // One transaction: two super_admins who demote each other at the same moment must not both succeed.
  const user = await store.transaction(async ({ users }) => {
    const before = await existingUser(users, id);
    Object.assign(request.audit, { target: before.username, before: audited(before) });
    keepSuperAdmins(callerOf(request).user, before, userType);
    if (isActive === false) await keepLastSuperAdmin(before, 'deactivated', users);
    if (userType !== undefined && userType !== 'super_admin') await keepLastSuperAdmin(before, 'demoted', users);
    const endsLogIns = isActive === false || (userType !== undefined && userType !== before.userType);
    const tokenVersion = endsLogIns ? before.tokenVersion + 1 : undefined;
    return users.update(before.id, { username, userType, isActive, tokenVersion });
  });
  if (user === undefined) throw notFound('user', id);
  request.audit.after = audited(user);
  feed.userChanged(user);
  if (!mayUseMq(user.userType)) link.send({ kind: 'kickUser', userId: user.id, reason: disconnectReasons.noAccess });
}

function addDelete(app: AdminApp, { store, feed }: AdminContext): void {
  app.delete(
    '/api/users/:id',
    {
      config: { access: 'administrator', audit: { opType: 'user.delete', targetType }, refuses: [409] },
      schema: {
        summary: 'Delete a user',
        description: 'Ends its sessions and log-ins, and removes its grants.',
        tags,
        params: idParams,
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      await store.transaction(async ({ users }) => {
        const user = await existingUser(users, id);
        Object.assign(request.audit, { target: user.username, before: audited(user) });
        keepSuperAdmins(callerOf(request).user, user);
        await keepLastSuperAdmin(user, 'deleted', users);
        await users.remove(id);
      });
      feed.userRemoved(id);
      return { status: 'deleted' as const };
    },
  );
}
