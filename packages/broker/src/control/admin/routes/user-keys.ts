import type { ApiUserKey } from '@pulsemq/protocol';
import { z } from 'zod';
import { shownKey, storedKey } from '../../encryption/user-key.js';
import type { UserKeyRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, badInput, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { existingUser } from '../lookups.js';
import { id, idParams, refusals, status } from '../schemas/fields.js';
import { addUserKey, apiUserKey } from '../schemas/user-keys.js';
import { keepSuperAdmins } from '../super-admins.js';

const tags = ['users'];
const targetType = 'user';

/** Keys that one user may have. */
const keyMaxCount = 100;

/** Keys that log users in without a token. */
export function userKeyRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addAdd(app, context);
  addRemove(app, context);
}

const apiKeyOf = ({ id, key, name, createdBy, createdAt }: UserKeyRow): ApiUserKey => ({
  id,
  ...shownKey(key),
  name,
  created_by: createdBy,
  created_at: createdAt,
});

/** What an audit row shows. A public key and a fingerprint are not secret. */
const audited = ({ key, name }: UserKeyRow) => ({ ...shownKey(key), name });

function addList(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/users/:id/keys',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List the keys of a user',
        description: 'A connection that has proved one of them logs in without a token.',
        tags,
        params: idParams,
        response: { 200: z.array(apiUserKey), ...refusals },
      },
    },
    async (request) => {
      const user = await existingUser(store.users, request.params.id);
      return (await store.userKeys.ofUser(user.id)).map(apiKeyOf);
    },
  );
}

function addAdd(app: AdminApp, { store, feed }: AdminContext): void {
  app.post(
    '/api/users/:id/keys',
    {
      config: { access: 'administrator', audit: { opType: 'user.key.add', targetType }, refuses: [409] },
      schema: {
        summary: 'Bind a key to a user',
        description:
          '`curve`: the public key of a client, in Z85 or hex. `tls`: a client certificate in PEM, or its SHA-256 in hex; `server.tls_client_ca_file` must have its authority. A key belongs to one user.',
        tags,
        params: idParams,
        body: addUserKey,
        response: { 201: apiUserKey, ...refusals },
      },
    },
    async (request, reply) => {
      const user = await existingUser(store.users, request.params.id);
      request.audit.target = user.username;
      const caller = callerOf(request).user;
      keepSuperAdmins(caller, user);
      const { kind, key: text, name } = request.body;
      const key = storedKey(kind, text);
      if (key === undefined) throw badInput('body.key', keyRules[kind]);
      if ((await store.userKeys.ofUser(user.id)).length >= keyMaxCount) {
        throw new ApiError(
          409,
          'TOO_MANY_KEYS',
          `${user.username} has ${keyMaxCount} keys, the limit; remove one first`,
        );
      }
      const row = await store.userKeys.add({ userId: user.id, key, name, createdBy: caller.username });
      request.audit.after = audited(row);
      feed.userKeyAdded(user.id, key);
      return reply.status(201).send(apiKeyOf(row));
    },
  );
}

const keyRules = {
  curve: 'must be a public key of CURVE: 40 characters of Z85 or 64 of hex',
  tls: 'must be a certificate in PEM, or its SHA-256: 64 characters of hex',
};

function addRemove(app: AdminApp, { store, feed }: AdminContext): void {
  app.delete(
    '/api/users/:id/keys/:key_id',
    {
      config: { access: 'administrator', audit: { opType: 'user.key.remove', targetType } },
      schema: {
        summary: 'Remove a key of a user',
        description: 'Sessions of connections that have proved it end.',
        tags,
        params: z.object({ id, key_id: id }),
        response: { 200: status('removed'), ...refusals },
      },
    },
    async (request) => {
      const user = await existingUser(store.users, request.params.id);
      request.audit.target = user.username;
      keepSuperAdmins(callerOf(request).user, user);
      const row = (await store.userKeys.ofUser(user.id)).find((one) => one.id === request.params.key_id);
      if (row === undefined) throw notFound('key', request.params.key_id);
      request.audit.before = audited(row);
      await store.userKeys.remove(row.id);
      feed.userKeyRemoved(row.key);
      return { status: 'removed' as const };
    },
  );
}
