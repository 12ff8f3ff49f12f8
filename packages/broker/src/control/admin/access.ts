import { createHash, timingSafeEqual } from 'node:crypto';
import { mayUseMq } from '@pulsemq/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { UserRow } from '../store/rows.js';
import { ApiError, forbidden } from './api-error.js';
import type { Caller } from './caller.js';
import type { LogInAttempts } from './log-in/log-in-attempts.js';
import type { LogIns } from './log-in/log-ins.js';

/**
 * Callers that a route admits. `open`: everyone. `signedIn`: everyone with a log-in. `namespaceAdmin`: administrators, and users with
 * the role `admin` in the namespace. `administrator`: users of type super_admin and admin_only.
 */
export type Access = 'open' | 'signedIn' | 'namespaceAdmin' | 'administrator';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Admits a caller whose password must be changed first. */
    beforePasswordChange?: boolean;
    /** Admits a caller who has lost every role: such a user can still log out. */
    withoutRights?: boolean;
    /** Path parameter with the id of the namespace that a namespace admin must manage. */
    namespaceParam?: string;
    /** Admits only user types that may publish and subscribe: the route sends messages or shows what is in them. */
    needsMqRights?: boolean;
    /** A bearer token that is enough for this route, for a program that cannot log in. */
    otherToken?: string | null;
    /** Admits any user who sends name and token by HTTP Basic (RFC 7617). The route checks the rights of `request.tokenUser` itself. */
    takesUserToken?: boolean;
  }
  interface FastifyRequest {
    /** The user behind name and token; null for a caller with a log-in. */
    tokenUser: UserRow | null;
  }
}

/**
 * Checks every request before its body is read, and again after that. Throws at the start for a route without `access`, and on a
 * request 401 or 403.
 */
export function guardRoutes(
  app: FastifyInstance,
  logIns: LogIns,
  attempts: LogInAttempts,
  forcePasswordChange: boolean,
): void {
  app.decorateRequest('caller', null);
  app.decorateRequest('tokenUser', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`${route.url} has no access level`);
  });
  const check = async (request: FastifyRequest): Promise<void> => {
    const { access = 'administrator', otherToken = null, takesUserToken = false } = request.routeOptions.config;
    if (access === 'open' || request.is404) return;
    const credentials = takesUserToken ? basicCredentials(request) : undefined;
    if (credentials !== undefined) {
      const { username, token } = credentials;
      // It begins no log-in, so a refused one leaves no audit row. It is delayed and counted as a wrong password is.
      request.tokenUser = await attempts.run(
        { username, address: request.ip },
        () => logIns.userOfToken(username, token),
        () => {},
      );
      return;
    }
    if (otherToken !== null && isSameToken(bearerToken(request), otherToken)) return;
    request.caller = await logIns.callerOf(bearerToken(request));
    checkAccount(request, request.caller, forcePasswordChange);
    checkRole(request, request.caller, access);
  };
  app.addHook('onRequest', check);
  // A body may take long to arrive. Rights that ended meanwhile have ended for this call too.
  app.addHook('preHandler', async (request) => {
    if (request.body !== undefined) await check(request);
  });
}

function checkAccount({ routeOptions }: FastifyRequest, caller: Caller, forcePasswordChange: boolean): void {
  const { beforePasswordChange = false, withoutRights = false } = routeOptions.config;
  if (!caller.isAdministrator && caller.managedNamespaceIds.size === 0 && !withoutRights) {
    throw forbidden('you no longer have an admin role in any namespace');
  }
  if (forcePasswordChange && caller.user.mustChangePassword && !beforePasswordChange) {
    throw new ApiError(403, 'PASSWORD_CHANGE_REQUIRED', 'change the generated password first: POST /api/auth/password');
  }
}

function checkRole({ routeOptions, params }: FastifyRequest, caller: Caller, access: Access): void {
  const { userType } = caller.user;
  if (routeOptions.config.needsMqRights === true && caller.isAdministrator && !mayUseMq(userType)) {
    throw new ApiError(403, 'ADMIN_ONLY', `users of type ${userType} may neither publish nor read messages`);
  }
  if (caller.isAdministrator || access === 'signedIn') return;
  if (access === 'administrator') throw forbidden('only administrators may do this');
  const { namespaceParam } = routeOptions.config;
  if (namespaceParam === undefined) return;
  const id = Number((params as Record<string, string>)[namespaceParam]);
  if (!caller.managedNamespaceIds.has(id)) throw forbidden('you are not an admin of this namespace');
}

/** Compares in a time that does not depend on how much of the token is right. */
const isSameToken = (given: string, wanted: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());

/** Username and token of HTTP Basic; undefined for another header. */
function basicCredentials({ headers }: FastifyRequest): { username: string; token: string } | undefined {
  const match = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(headers.authorization ?? '');
  if (match === null) return undefined;
  const text = Buffer.from(match[1]!, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), token: text.slice(colon + 1) };
}

/** Token of the header `Authorization`. Cookies are not read, and neither is the URL, which logs would keep. */
function bearerToken({ headers }: FastifyRequest): string {
  const match = /^bearer +(\S+)$/i.exec(headers.authorization ?? '');
  if (match === null) {
    throw new ApiError(401, 'NOT_AUTHENTICATED', 'log in first, and send "Authorization: Bearer <token>"');
  }
  return match[1]!;
}
