import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, forbidden } from './api-error.js';
import type { LogIns } from './log-ins.js';

/**
 * Who may call a route. `open` anybody; `signedIn` whoever has logged in; `namespaceAdmin` administrators, and others for the
 * namespaces where they have the role admin; `administrator` super_admin and admin_only.
 */
export type Access = 'open' | 'signedIn' | 'namespaceAdmin' | 'administrator';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Works although the password must be changed first. */
    beforePasswordChange?: boolean;
    /** Works although every right has been taken away: who has lost them may still log out. */
    withoutRights?: boolean;
    /** The parameter with the id of the namespace a namespace's admin must manage. */
    namespaceParam?: string;
    /** A bearer token that opens this route by itself, for a program that cannot log in. */
    otherToken?: string | null;
  }
}

/** Checks every request before its body is read, and again once it is there. A route that does not say who may call it stops the start. */
export function guardRoutes(app: FastifyInstance, logIns: LogIns, forcePasswordChange: boolean): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`${route.url} does not say who may call it`);
  });
  const check = async (request: FastifyRequest): Promise<void> => {
    const { access = 'administrator', beforePasswordChange = false, namespaceParam } = request.routeOptions.config;
    if (access === 'open' || request.is404) return;
    const { otherToken = null, withoutRights = false } = request.routeOptions.config;
    if (otherToken !== null && isSameToken(bearerToken(request), otherToken)) return;
    const caller = await logIns.callerOf(bearerToken(request));
    request.caller = caller;
    if (!caller.isAdministrator && caller.managedNamespaceIds.size === 0 && !withoutRights) {
      throw forbidden('your admin roles have been taken away');
    }
    if (forcePasswordChange && caller.user.mustChangePassword && !beforePasswordChange) {
      throw new ApiError(
        403,
        'PASSWORD_CHANGE_REQUIRED',
        'change the generated password first: POST /api/auth/password',
      );
    }
    if (caller.isAdministrator || access === 'signedIn') return;
    if (access === 'administrator') throw forbidden('only administrators may do this');
    if (namespaceParam === undefined) return;
    const id = Number((request.params as Record<string, string>)[namespaceParam]);
    if (!caller.managedNamespaceIds.has(id)) throw forbidden('you are not an admin of this namespace');
  };
  app.addHook('onRequest', check);
  // A body may arrive as slowly as its sender likes: rights that ended in the meantime have ended for it too.
  app.addHook('preHandler', async (request) => {
    if (request.body !== undefined) await check(request);
  });
}

/** In a time that says nothing of how much of it was right. */
const isSameToken = (given: string, wanted: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());

/** From the header alone: no cookie, and no token in a URL where logs would keep it. */
function bearerToken({ headers }: FastifyRequest): string {
  const match = /^bearer +(\S+)$/i.exec(headers.authorization ?? '');
  if (match === null) {
    throw new ApiError(401, 'NOT_AUTHENTICATED', 'log in first, and send "Authorization: Bearer <token>"');
  }
  return match[1]!;
}
