import { type ApiUser, mayUseMq, type UserType } from '@pulsemq/protocol';
import { z } from 'zod';
import { generatePassword, generateToken, hashToken } from '../../auth/token.js';
import type { UserRow } from '../../store/rows.js';
import type { UserStore } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { isAdministrator } from '../log-ins.js';
import { idParams, page, refusals, searchText, status } from '../schemas/fields.js';
import { apiUser, createdUser, createUser, newPassword, updateUser, userType } from '../schemas/users.js';

const tags = ['users'];
const targetType = 'user';

/** What an audit row shows of a user. */
const shown = ({ username, userType, isActive }: UserRow) => ({
  username,
  user_type: userType,
  is_active: isActive,
});

export function userRoutes(app: AdminApp, { store, feed, link, monitor, passwords }: AdminContext): void {
  const apiUserOf = (user: UserRow): ApiUser => ({
    id: user.id,
    ...shown(user),
    has_token: user.tokenHash !== null,
    has_password: user.passwordHash !== null,
    must_change_password: user.mustChangePassword,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    session_count: monitor.users.sessionCountOf(user.id),
  });

  const userOf = async (id: number, users: UserStore = store.users): Promise<UserRow> => {
    const user = await users.byId(id);
    if (user === undefined) throw notFound('user', id);
    return user;
  };

  /** Somebody must always be able to administer. */
  const keepLastSuperAdmin = async (user: UserRow, what: string, users: UserStore): Promise<void> => {
    if (user.userType !== 'super_admin' || !user.isActive) return;
    const others = (await users.all()).filter(
      ({ id, userType, isActive, passwordHash }) =>
        id !== user.id && userType === 'super_admin' && isActive && passwordHash !== null,
    );
    if (others.length === 0) throw new ApiError(409, 'LAST_SUPER_ADMIN', `the last super_admin cannot be ${what}`);
  };

  app.get(
    '/api/users',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List users',
        tags,
        querystring: z.object({ ...page, user_type: userType.optional(), text: searchText }),
        response: { 200: z.array(apiUser), ...refusals },
      },
    },
    async (request, reply) => {
      const { user_type, text, limit, offset } = request.query;
      const { rows, total } = await store.users.list({ userType: user_type, text }, { limit, offset });
      reply.header('x-total-count', total);
      return rows.map(apiUserOf);
    },
  );

  app.post(
    '/api/users',
    {
      config: { access: 'administrator', audit: { opType: 'user.create', targetType }, refuses: [409, 429] },
      schema: {
        summary: 'Create a user',
        description: 'The only time its token, and its password if it was generated, are shown.',
        tags,
        body: createUser,
        response: { 201: createdUser, ...refusals },
      },
    },
    async (request, reply) => {
      const { username, user_type, password } = request.body;
      request.audit.target = username;
      const token = mayUseMq(user_type) ? generateToken() : undefined;
      const generated = password === undefined && administers(user_type) ? generatePassword() : undefined;
      const chosen = password ?? generated;
      const user = await store.users.add({
        username,
        userType: user_type,
        tokenHash: token === undefined ? null : hashToken(token),
        passwordHash: chosen === undefined ? null : await passwords.hash(chosen),
        mustChangePassword: chosen !== undefined,
      });
      request.audit.after = shown(user);
      feed.userChanged(user);
      return reply.status(201).send({ id: user.id, username, user_type, token, password: generated });
    },
  );

  app.get(
    '/api/users/:id',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Get a user', tags, params: idParams, response: { 200: apiUser, ...refusals } },
    },
    async (request) => apiUserOf(await userOf(request.params.id)),
  );

  app.put(
    '/api/users/:id',
    {
      config: { access: 'administrator', audit: { opType: 'user.update', targetType }, refuses: [409] },
      schema: {
        summary: 'Change a user',
        description: 'Deactivating one ends its sessions and log-ins at once.',
        tags,
        params: idParams,
        body: updateUser,
        response: { 200: status('updated'), ...refusals },
      },
    },
    async (request) => {
      const { username, user_type, is_active } = request.body;
      // In one piece: two who take away each other's rights at once must not both succeed.
      const user = await store.transaction(async ({ users }) => {
        const before = await userOf(request.params.id, users);
        Object.assign(request.audit, { target: before.username, before: shown(before) });
        if (is_active === false) await keepLastSuperAdmin(before, 'deactivated', users);
        if (user_type !== undefined && user_type !== 'super_admin') await keepLastSuperAdmin(before, 'demoted', users);
        const endsLogIns = is_active === false || (user_type !== undefined && user_type !== before.userType);
        return users.update(before.id, {
          ...(username !== undefined && { username }),
          ...(user_type !== undefined && { userType: user_type }),
          ...(is_active !== undefined && { isActive: is_active }),
          ...(endsLogIns && { tokenVersion: before.tokenVersion + 1 }),
        });
      });
      if (user === undefined) throw notFound('user', request.params.id);
      request.audit.after = shown(user);
      feed.userChanged(user);
      if (!mayUseMq(user.userType)) link.send({ kind: 'kickUser', userId: user.id, reason: 'type without the wire' });
      return { status: 'updated' as const };
    },
  );

  app.delete(
    '/api/users/:id',
    {
      config: { access: 'administrator', audit: { opType: 'user.delete', targetType }, refuses: [409] },
      schema: {
        summary: 'Delete a user',
        description: 'Ends its sessions and log-ins, and takes its grants away.',
        tags,
        params: idParams,
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      await store.transaction(async ({ users }) => {
        const user = await userOf(id, users);
        Object.assign(request.audit, { target: user.username, before: shown(user) });
        await keepLastSuperAdmin(user, 'deleted', users);
        await users.remove(id);
      });
      feed.userRemoved(id);
      return { status: 'deleted' as const };
    },
  );

  app.post(
    '/api/users/:id/reset-token',
    {
      config: { access: 'administrator', audit: { opType: 'reset_token', targetType }, refuses: [409] },
      schema: {
        summary: 'Give a user a new token',
        description: 'The only time it is shown. Sessions that used the old one end.',
        tags,
        params: idParams,
        response: { 200: z.object({ token: z.string() }), ...refusals },
      },
    },
    async (request) => {
      const user = await userOf(request.params.id);
      request.audit.target = user.username;
      if (!mayUseMq(user.userType)) {
        throw new ApiError(409, 'ADMIN_ONLY', `users of type ${user.userType} have no token: they do not use the wire`);
      }
      const token = generateToken();
      const changed = await store.users.update(user.id, { tokenHash: hashToken(token) });
      if (changed === undefined) throw notFound('user', user.id);
      feed.userChanged(changed);
      link.send({ kind: 'kickUser', userId: user.id, reason: 'token was reset' });
      return { token };
    },
  );

  app.post(
    '/api/users/:id/password',
    {
      config: { access: 'administrator', audit: { opType: 'user.password', targetType }, refuses: [429] },
      schema: {
        summary: "Set a user's password",
        description: 'Without `password` one is generated and answered, once. Ends all log-ins of the user.',
        tags,
        params: idParams,
        // Null is what a body that was left out is checked as.
        body: z.strictObject({ password: newPassword.optional() }).nullable(),
        response: { 200: z.object({ status: z.literal('changed'), password: z.string().optional() }), ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      request.audit.target = (await userOf(id)).username;
      const chosen = request.body?.password;
      const generated = chosen === undefined ? generatePassword() : undefined;
      const passwordHash = await passwords.hash(chosen ?? generated!);
      // The version is read after the hash has taken its time, so that no log-in of the meantime outlives this.
      await store.transaction(async ({ users }) => {
        const { tokenVersion } = await userOf(id, users);
        await users.update(id, { passwordHash, mustChangePassword: true, tokenVersion: tokenVersion + 1 });
      });
      return { status: 'changed' as const, password: generated };
    },
  );
}

const administers = (userType: UserType): boolean => isAdministrator({ userType });
