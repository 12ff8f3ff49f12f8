import type { FastifyRequest } from 'fastify';
import type { LoginClaims } from '../auth/login-tokens.js';
import type { UserRow } from '../store/rows.js';

/** The user behind a request, and the log-in it came with. */
export interface Caller {
  readonly user: UserRow;
  readonly claims: LoginClaims;
  readonly isAdministrator: boolean;
  /** Ids of the namespaces in which the caller has the role `admin`; empty for administrators, who need none. */
  readonly managedNamespaceIds: ReadonlySet<number>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a route that is open, and until the log-in has been checked. */
    caller: Caller | null;
  }
}

/** The caller of a route that is not open. Throws on an open one. */
export function callerOf({ caller, routeOptions }: FastifyRequest): Caller {
  if (caller === null) throw new Error(`${routeOptions.url ?? 'the route'} is open and so has no caller`);
  return caller;
}
