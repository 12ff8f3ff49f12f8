import type { LoginReply } from '@pulsemq/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { passwordMaxLength } from '../../auth/password-length.js';
import type { UserRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError } from '../api-error.js';
import { callerOf } from '../caller.js';
import type { LogInAttempts } from '../log-in/log-in-attempts.js';
import { isAdministrator, type LogIns } from '../log-in/log-ins.js';
import { keptNote, keptStatus, refusals, status } from '../schemas/fields.js';
import { newPassword, userType } from '../schemas/users.js';

const tags = ['log-in'];
const targetType = 'user';

const loginReply = z.object({
  token: z.string(),
  user: z.object({ id: z.int(), username: z.string(), user_type: userType }),
  expires_at: z.string(),
  must_change_password: z.boolean(),
}) satisfies z.ZodType<LoginReply>;

const me = z.object({
  id: z.int(),
  username: z.string(),
  user_type: userType,
  must_change_password: z.boolean(),
  expires_at: z.string(),
  is_administrator: z.boolean(),
  managed_namespaces: z.array(z.object({ id: z.int(), name: z.string() })),
});

/** Logging in and out, and the caller's own account. */
export function loginRoutes(app: AdminApp, context: AdminContext, logIns: LogIns, attempts: LogInAttempts): void {
  addLogIn(app, context, logIns, attempts);
  addLogOut(app, context, logIns);
  addMe(app, context);
  addChangePassword(app, context, logIns, attempts);
}

const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** Whether to ask this user for a new password: that of the first start, or one that an administrator set. */
function mustChange({ mustChangePassword }: UserRow, { config }: AdminContext): boolean {
  const { ask_password_change: asks, force_password_change: forces } = config.config.auth;
  return mustChangePassword && (asks || forces);
}

async function replyOf(user: UserRow, context: AdminContext, logIns: LogIns): Promise<LoginReply> {
  const { token, expiresAtSeconds } = await logIns.sign(user);
  return {
    token,
    user: { id: user.id, username: user.username, user_type: user.userType },
    expires_at: timeOf(expiresAtSeconds),
    must_change_password: mustChange(user, context),
  };
}

/** Many refused log-ins leave one row together. */
function leaveNoRow({ audit }: FastifyRequest): void {
  audit.isOff = true;
}

function addLogIn(app: AdminApp, context: AdminContext, logIns: LogIns, attempts: LogInAttempts): void {
  app.post(
    '/login',
    {
      config: { access: 'open', audit: { opType: 'login', targetType }, refuses: [401, 403, 429] },
      schema: {
        summary: 'Log in',
        description: 'Answers a token for the header `Authorization: Bearer`.',
        tags,
        body: z.object({
          username: z.string().min(1).max(200),
          password: z.string().min(1).max(passwordMaxLength),
        }),
        response: { 200: loginReply, ...refusals },
      },
    },
    async (request) => {
      const { username, password } = request.body;
      request.audit.operator = username;
      request.audit.target = username;
      const user = await attempts.run(
        { username, address: request.audit.address },
        (isKnown) => logIns.checkPassword(username, password, isKnown),
        () => leaveNoRow(request),
      );
      return replyOf(user, context, logIns);
    },
  );
}

function addLogOut(app: AdminApp, { withdrawals }: AdminContext, logIns: LogIns): void {
  app.post(
    '/logout',
    {
      config: {
        access: 'signedIn',
        beforePasswordChange: true,
        withoutRights: true,
        audit: { opType: 'logout', targetType },
      },
      schema: {
        summary: 'End this log-in',
        tags,
        description: keptNote('It'),
        response: { 200: status('logged out'), 202: keptStatus('logged out'), ...refusals },
      },
    },
    async (request, reply) => {
      const { user, claims } = callerOf(request);
      request.audit.target = user.username;
      const { id: loginId, expiresAtSeconds } = claims;
      const isStored = await withdrawals.make(request, {
        check: async () => {},
        write: ({ revokedTokens }) => revokedTokens.add(loginId, expiresAtSeconds),
        pending: () => ({ kind: 'logOut', loginId, expiresAtSeconds }),
        act: () => logIns.ended(loginId),
      });
      return isStored
        ? { status: 'logged out' as const }
        : reply.status(202).send({ status: 'logged out', stored: false });
    },
  );
}

function addMe(app: AdminApp, context: AdminContext): void {
  app.get(
    '/api/me',
    {
      config: { access: 'signedIn', beforePasswordChange: true },
      schema: { summary: 'Get the user who is logged in', tags, response: { 200: me, ...refusals } },
    },
    async (request) => {
      const { user, claims, managedNamespaceIds } = callerOf(request);
      const namespaces = await context.store.namespaces.all();
      return {
        id: user.id,
        username: user.username,
        user_type: user.userType,
        must_change_password: mustChange(user, context),
        expires_at: timeOf(claims.expiresAtSeconds),
        is_administrator: isAdministrator(user),
        managed_namespaces: namespaces
          .filter(({ id }) => managedNamespaceIds.has(id))
          .map(({ id, name }) => ({ id, name })),
      };
    },
  );
}

function addChangePassword(app: AdminApp, context: AdminContext, logIns: LogIns, attempts: LogInAttempts): void {
  const { passwords } = context;
  app.post(
    '/api/auth/password',
    {
      config: {
        access: 'signedIn',
        beforePasswordChange: true,
        audit: { opType: 'user.password', targetType },
        refuses: [429],
      },
      schema: {
        summary: 'Change your own password',
        description: 'Ends all your other log-ins, and answers a new token for this one.',
        tags,
        body: z.strictObject({ current_password: z.string().min(1).max(passwordMaxLength), new_password: newPassword }),
        response: { 200: loginReply, ...refusals },
      },
    },
    async (request) => {
      const { user } = callerOf(request);
      const { current_password, new_password } = request.body;
      request.audit.target = user.username;
      const check = async (): Promise<void> => {
        if (await passwords.verify(current_password, user.passwordHash ?? '', { isUrgent: true })) return;
        throw new ApiError(403, 'WRONG_PASSWORD', 'current_password is wrong');
      };
      const attempt = { username: user.username, address: request.audit.address };
      await attempts.run(attempt, check, () => leaveNoRow(request));
      if (new_password === current_password) {
        throw new ApiError(400, 'BAD_INPUT', 'new_password must differ from current_password');
      }
      const hash = await passwords.hash(new_password, { isUrgent: true });
      return replyOf(await logIns.changePassword(user, hash), context, logIns);
    },
  );
}
