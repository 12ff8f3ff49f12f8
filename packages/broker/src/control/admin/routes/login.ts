import type { LoginReply } from '@pulsemq/protocol';
import { z } from 'zod';
import { LoginThrottle } from '../../auth/login-throttle.js';
import type { UserRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError } from '../api-error.js';
import { callerOf } from '../caller.js';
import { isAdministrator, type LogIns } from '../log-ins.js';
import { refusals, status } from '../schemas/fields.js';
import { newPassword, passwordMaxLength, userType } from '../schemas/users.js';

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

const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** Logging in and out, and what concerns one's own log-in. */
export function loginRoutes(app: AdminApp, { store, passwords, monitor }: AdminContext, logIns: LogIns): void {
  const throttle = new LoginThrottle();
  const throttledRows = new Map<string, number>();

  const tellRefused = (username: string, address: string): void => {
    const text = `admin log-in as ${JSON.stringify(username.slice(0, 64))} refused`;
    monitor.events.add({ kind: 'authFailed', address, username: null, connection_id: null, text });
  };

  /** What begins counts as failed unless it ends well; a full queue is nobody's failure. */
  const attempt = async <Result>(username: string, address: string, run: () => Promise<Result>): Promise<Result> => {
    try {
      const result = await run();
      throttle.end(username, address, true);
      return result;
    } catch (error) {
      throttle.end(username, address, !(error instanceof ApiError));
      if (error instanceof ApiError) tellRefused(username, address);
      throw error;
    }
  };

  const replyOf = async (user: UserRow): Promise<LoginReply> => {
    const { token, expiresAtSeconds } = await logIns.sign(user);
    return {
      token,
      user: { id: user.id, username: user.username, user_type: user.userType },
      expires_at: timeOf(expiresAtSeconds),
      must_change_password: user.mustChangePassword,
    };
  };

  /** Throttled attempts leave one row a minute for each address. */
  const isFirstOfMinute = (address: string): boolean => {
    const minute = Math.floor(Date.now() / 60_000);
    if (throttledRows.get(address) === minute) return false;
    if (throttledRows.size > 10_000) throttledRows.clear();
    throttledRows.set(address, minute);
    return true;
  };

  app.post(
    '/login',
    {
      config: { access: 'open', audit: { opType: 'login', targetType: 'user' }, refuses: [401, 403, 429] },
      schema: {
        summary: 'Log in',
        description: 'Answers a token for the header `Authorization: Bearer`.',
        tags: ['log-in'],
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
      const { address } = request.audit;
      const waitSeconds = throttle.begin(username, address);
      if (waitSeconds > 0) {
        request.audit.isOff = !isFirstOfMinute(address);
        throw new ApiError(429, 'TOO_MANY_LOGINS', `too many failed log-ins; try again in ${waitSeconds} s`, {
          retryAfterSeconds: waitSeconds,
        });
      }
      return replyOf(await attempt(username, address, () => logIns.checkPassword(username, password)));
    },
  );

  app.post(
    '/logout',
    {
      config: {
        access: 'signedIn',
        beforePasswordChange: true,
        withoutRights: true,
        audit: { opType: 'logout', targetType: 'user' },
      },
      schema: {
        summary: 'End this log-in',
        tags: ['log-in'],
        response: { 200: status('logged out'), ...refusals },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      request.audit.target = caller.user.username;
      await logIns.logOut(caller);
      return { status: 'logged out' as const };
    },
  );

  app.get(
    '/api/me',
    {
      config: { access: 'signedIn', beforePasswordChange: true },
      schema: { summary: 'Who am I', tags: ['log-in'], response: { 200: me, ...refusals } },
    },
    async (request) => {
      const { user, claims, managedNamespaceIds } = callerOf(request);
      const namespaces = await store.namespaces.all();
      return {
        id: user.id,
        username: user.username,
        user_type: user.userType,
        must_change_password: user.mustChangePassword,
        expires_at: timeOf(claims.expiresAtSeconds),
        is_administrator: isAdministrator(user),
        managed_namespaces: namespaces
          .filter(({ id }) => managedNamespaceIds.has(id))
          .map(({ id, name }) => ({ id, name })),
      };
    },
  );

  app.post(
    '/api/auth/password',
    {
      config: {
        access: 'signedIn',
        beforePasswordChange: true,
        audit: { opType: 'user.password', targetType: 'user' },
        refuses: [429],
      },
      schema: {
        summary: 'Change your own password',
        description: 'Ends every other log-in of yours; answers a new token for this one.',
        tags: ['log-in'],
        body: z.strictObject({ current_password: z.string().min(1).max(passwordMaxLength), new_password: newPassword }),
        response: { 200: loginReply, ...refusals },
      },
    },
    async (request) => {
      const { user } = callerOf(request);
      const { current_password, new_password } = request.body;
      request.audit.target = user.username;
      const { address } = request.audit;
      if (throttle.begin(user.username, address) > 0) {
        throw new ApiError(429, 'TOO_MANY_LOGINS', 'too many wrong passwords; try again in a few minutes');
      }
      await attempt(user.username, address, async () => {
        if (await passwords.verify(current_password, user.passwordHash ?? '')) return;
        throw new ApiError(403, 'WRONG_PASSWORD', 'current_password is wrong');
      });
      if (new_password === current_password) {
        throw new ApiError(400, 'BAD_INPUT', 'new_password is the current one');
      }
      return replyOf(await logIns.changePassword(user, await passwords.hash(new_password)));
    },
  );
}
