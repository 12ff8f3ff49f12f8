import { mayUseMq } from '@pulsemq/protocol';
import { z } from 'zod';
import { generatePassword, generateToken, hashToken } from '../../auth/token.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { disconnectReasons } from '../disconnect-reasons.js';
import { existingUser } from '../lookups.js';
import { idParams, refusals } from '../schemas/fields.js';
import { newPassword } from '../schemas/users.js';
import { keepSuperAdmins } from '../super-admins.js';

const tags = ['users'];
const targetType = 'user';

/** New tokens and passwords of users. */
export function userSecretRoutes(app: AdminApp, context: AdminContext): void {
  addResetToken(app, context);
  addSetPassword(app, context);
}

function addResetToken(app: AdminApp, { store, feed, link }: AdminContext): void {
  app.post(
    '/api/users/:id/reset-token',
    {
      config: { access: 'administrator', audit: { opType: 'reset_token', targetType }, refuses: [409] },
      schema: {
        summary: 'Give a user a new token',
        description: 'The answer has the token; it is not shown again. Sessions that used the old one end.',
        tags,
        params: idParams,
        response: { 200: z.object({ token: z.string() }), ...refusals },
      },
    },
    async (request) => {
      const user = await existingUser(store.users, request.params.id);
      request.audit.target = user.username;
      keepSuperAdmins(callerOf(request).user, user);
      if (!mayUseMq(user.userType)) {
        throw new ApiError(
          409,
          'ADMIN_ONLY',
          `users of type ${user.userType} have no token, because they may not publish or subscribe`,
        );
      }
      const token = generateToken();
      const changed = await store.users.update(user.id, { tokenHash: hashToken(token) });
      if (changed === undefined) throw notFound('user', user.id);
      feed.userChanged(changed);
      link.send({ kind: 'kickUser', userId: user.id, reason: disconnectReasons.tokenReset });
      return { token };
    },
  );
}

function addSetPassword(app: AdminApp, { store, passwords }: AdminContext): void {
  app.post(
    '/api/users/:id/password',
    {
      config: { access: 'administrator', audit: { opType: 'user.password', targetType }, refuses: [429] },
      schema: {
        summary: "Set a user's password",
        description:
          'Without `password` one is generated; the answer has it, and it is not shown again. Ends all log-ins of the user.',
        tags,
        params: idParams,
        // A missing body is validated as null.
        body: z.strictObject({ password: newPassword.optional() }).nullable(),
        response: { 200: z.object({ status: z.literal('changed'), password: z.string().optional() }), ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const user = await existingUser(store.users, id);
      request.audit.target = user.username;
      keepSuperAdmins(callerOf(request).user, user);
      const chosen = request.body?.password;
      const generated = chosen === undefined ? generatePassword() : undefined;
      const passwordHash = await passwords.hash(chosen ?? generated!, { isUrgent: true });
      // Hashing takes time. The version is read afterwards, so that a log-in of that time ends too.
      await store.transaction(async ({ users }) => {
        const { tokenVersion } = await existingUser(users, id);
        await users.update(id, { passwordHash, mustChangePassword: true, tokenVersion: tokenVersion + 1 });
      });
      return { status: 'changed' as const, password: generated };
    },
  );
}
