import { randomBytes } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { RunningServer } from './running-server.js';

/** One route of the router. */
export interface RouteName {
  readonly method: string;
  readonly url: string;
}

/** Starts a broker and notes every route its router is given, from the very first. */
export async function startWithRoutes(
  config: Parameters<typeof RunningServer.open>[0],
): Promise<{ running: RunningServer; routes: RouteName[] }> {
  const routes: RouteName[] = [];
  const created = channel('fastify.initialization');
  const note = (message: unknown): void => {
    const { fastify } = message as {
      fastify: { addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): void };
    };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, url });
    });
  };
  created.subscribe(note);
  const running = await RunningServer.open(config);
  created.unsubscribe(note);
  return { running, routes };
}

/**
 * The callers that are allowed: all; users that are logged in; admins of the namespace; administrators; administrators with rights on the
 * wire; users of type super_admin.
 */
export type Audience = 'anybody' | 'signedIn' | 'namespaceAdmin' | 'administrator' | 'messageReader' | 'superAdmin';

export interface Call {
  readonly path: string;
  readonly body?: unknown;
}

/** What a call needs that stands ready: made anew for each, since calls change things. */
export interface Supplies {
  /** The namespace the namespace admin manages, and one it does not. */
  readonly ownNamespaceId: number;
  /** Id of a user that no other call needs. */
  user(type?: string): Promise<number>;
  /** Id of a namespace that no other call needs. */
  namespace(): Promise<number>;
  /** Id of a topic with a last value that no other call needs. */
  topic(): Promise<number>;
  /** Id of a user with a role in `ownNamespaceId`. */
  granted(): Promise<number>;
  /** Id of an open connection. */
  connection(): Promise<string>;
  /** Id of an alert that fires. */
  alert(): Promise<number>;
  /** Id of an alert rule that no test needs. */
  alertRule(): Promise<number>;
  /** Id of a webhook that is off. */
  webhook(): Promise<number>;
  /** Path of a key of a user that no other test needs. */
  userKey(): Promise<string>;
  /** A name that is free. */
  name(): string;
  /** Name and password of the caller; empty for a caller without an account. */
  readonly credentials: { readonly username: string; readonly password: string };
}

/** A route: the roles that may call it, a call that succeeds, and its answer. */
export interface RouteEntry {
  readonly audience: Audience;
  /** Works although the password must be changed first. */
  readonly beforePasswordChange?: boolean;
  /** Works although every right was taken away. */
  readonly withoutRights?: boolean;
  readonly call: (supplies: Supplies) => Call | Promise<Call>;
  readonly status?: number;
  /** Its method says that it changes something, and it does not: it leaves no audit row. */
  readonly changesNothing?: boolean;
  /** The caller's log-in has ended afterwards. */
  readonly endsLogIn?: boolean;
}

const administrator = (call: RouteEntry['call'] | string, status = 200): RouteEntry => ({
  audience: 'administrator',
  call: typeof call === 'string' ? () => ({ path: call }) : call,
  status,
});
const namespaceAdmin = (call: RouteEntry['call']): RouteEntry => ({ audience: 'namespaceAdmin', call });
/** For administrators whose type may publish and subscribe. */
const messageReader = (call: RouteEntry['call'] | string): RouteEntry => ({
  ...administrator(call),
  audience: 'messageReader',
});
const anybody = (path: string, status = 200): RouteEntry => ({ audience: 'anybody', call: () => ({ path }), status });

/** Every route there is. A route that is not here fails the matrix: say who may call it, then write it down. */
export const routeTable: Readonly<Record<string, RouteEntry>> = {
  'POST /login': {
    audience: 'anybody',
    beforePasswordChange: true,
    call: ({ credentials }) => ({ path: '/login', body: credentials }),
  },
  'POST /logout': {
    audience: 'signedIn',
    beforePasswordChange: true,
    withoutRights: true,
    call: () => ({ path: '/logout' }),
    endsLogIn: true,
  },
  'GET /api/me': { audience: 'signedIn', beforePasswordChange: true, call: () => ({ path: '/api/me' }) },
  'POST /api/auth/password': {
    audience: 'signedIn',
    beforePasswordChange: true,
    call: ({ credentials, name }) => ({
      path: '/api/auth/password',
      body: { current_password: credentials.password, new_password: `password ${name()}` },
    }),
    endsLogIn: true,
  },
  'GET /health': anybody('/health'),
  'GET /ready': anybody('/ready'),
  'GET /api/openapi.json': anybody('/api/openapi.json'),
  'GET /docs': anybody('/docs'),
  'GET /docs/:file': anybody('/docs/docs.js'),
  'GET /ws': anybody('/ws', 426),
  'GET /ws/': anybody('/ws/', 426),
  'GET /ws/sub': anybody('/ws/sub', 426),
  'GET /': anybody('/'),
  'GET /:file': anybody('/index.html'),
  'GET /assets/:file': anybody('/assets/nothing.js', 404),

  'GET /api/namespaces': { audience: 'namespaceAdmin', call: () => ({ path: '/api/namespaces' }) },
  'POST /api/namespaces': administrator(({ name }) => ({ path: '/api/namespaces', body: { name: name() } }), 201),
  'GET /api/namespaces/:id': namespaceAdmin(({ ownNamespaceId }) => ({ path: `/api/namespaces/${ownNamespaceId}` })),
  'PUT /api/namespaces/:id': administrator(async ({ namespace }) => ({
    path: `/api/namespaces/${await namespace()}`,
    body: { description: 'x' },
  })),
  'DELETE /api/namespaces/:id': administrator(async ({ namespace }) => ({
    path: `/api/namespaces/${await namespace()}`,
  })),

  'GET /api/namespaces/:id/bars': namespaceAdmin(({ ownNamespaceId }) => ({
    path: `/api/namespaces/${ownNamespaceId}/bars`,
  })),
  'PUT /api/namespaces/:id/bars': namespaceAdmin(({ ownNamespaceId }) => ({
    path: `/api/namespaces/${ownNamespaceId}/bars`,
    body: { rules: [] },
  })),
  'GET /api/namespaces/:id/freshness': namespaceAdmin(({ ownNamespaceId }) => ({
    path: `/api/namespaces/${ownNamespaceId}/freshness`,
  })),
  'PUT /api/namespaces/:id/freshness': namespaceAdmin(({ ownNamespaceId }) => ({
    path: `/api/namespaces/${ownNamespaceId}/freshness`,
    body: { rules: [] },
  })),
  'POST /api/namespaces/:id/freshness/preview': {
    ...namespaceAdmin(({ ownNamespaceId }) => ({
      path: `/api/namespaces/${ownNamespaceId}/freshness/preview`,
      body: { rules: [] },
    })),
    changesNothing: true,
  },

  'GET /api/permissions': namespaceAdmin(() => ({ path: '/api/permissions' })),
  'GET /api/permissions/check': administrator('/api/permissions/check?user_id=1&namespace=own'),
  'GET /api/namespaces/:id/permissions': namespaceAdmin(({ ownNamespaceId }) => ({
    path: `/api/namespaces/${ownNamespaceId}/permissions`,
  })),
  'POST /api/namespaces/:id/permissions': namespaceAdmin(async ({ ownNamespaceId, user }) => ({
    path: `/api/namespaces/${ownNamespaceId}/permissions`,
    body: { user_id: await user(), role: 'sub' },
  })),
  'DELETE /api/namespaces/:id/permissions/:user_id': namespaceAdmin(async ({ ownNamespaceId, granted }) => ({
    path: `/api/namespaces/${ownNamespaceId}/permissions/${await granted()}`,
  })),

  'GET /api/users': administrator('/api/users'),
  'POST /api/users': administrator(({ name }) => ({ path: '/api/users', body: { username: name() } }), 201),
  'GET /api/users/:id': administrator('/api/users/1'),
  'PUT /api/users/:id': administrator(async ({ user }) => ({
    path: `/api/users/${await user()}`,
    body: { is_active: false },
  })),
  'DELETE /api/users/:id': administrator(async ({ user }) => ({ path: `/api/users/${await user()}` })),
  'POST /api/users/:id/reset-token': administrator(async ({ user }) => ({
    path: `/api/users/${await user()}/reset-token`,
  })),
  'POST /api/users/:id/password': administrator(async ({ user }) => ({
    path: `/api/users/${await user('admin_only')}/password`,
    body: {},
  })),

  'GET /api/users/:id/keys': administrator(async ({ user }) => ({ path: `/api/users/${await user()}/keys` })),
  'POST /api/users/:id/keys': administrator(
    async ({ user }) => ({ path: `/api/users/${await user()}/keys`, body: { key: randomBytes(32).toString('hex') } }),
    201,
  ),
  'DELETE /api/users/:id/keys/:key_id': administrator(async ({ userKey }) => ({ path: await userKey() })),

  'GET /api/topics': administrator('/api/topics'),
  'GET /api/topics/:id': administrator(async ({ topic }) => ({ path: `/api/topics/${await topic()}` })),
  'GET /api/topics/:id/last': messageReader(async ({ topic }) => ({ path: `/api/topics/${await topic()}/last` })),
  'GET /api/history': { ...messageReader('/api/history?namespace=own'), status: 409 },
  'GET /api/last': messageReader('/api/last?namespace=own'),
  'GET /api/topics/values': messageReader(async ({ topic }) => ({ path: `/api/topics/values?ids=${await topic()}` })),
  'GET /api/topics/:id/subscribers': administrator(async ({ topic }) => ({
    path: `/api/topics/${await topic()}/subscribers`,
  })),
  'DELETE /api/topics/:id': administrator(async ({ topic }) => ({ path: `/api/topics/${await topic()}` })),
  'POST /api/publish': messageReader(() => ({
    path: '/api/publish',
    body: { namespace: 'own', topic: 'matrix', format: 'string', data: 'x' },
  })),

  'GET /api/connections': administrator('/api/connections'),
  'GET /api/connections/:connection_id': administrator(async ({ connection }) => ({
    path: `/api/connections/${await connection()}`,
  })),
  'POST /api/connections/disconnect-user': administrator(async ({ user }) => ({
    path: '/api/connections/disconnect-user',
    body: { user_id: await user() },
  })),
  'POST /api/connections/:connection_id/disconnect': administrator(async ({ connection }) => ({
    path: `/api/connections/${await connection()}/disconnect`,
  })),

  'GET /api/stats/system': administrator('/api/stats/system'),
  'GET /api/stats/system/history': administrator('/api/stats/system/history?range=1h'),
  'GET /api/stats/topics': administrator('/api/stats/topics'),
  'GET /api/stats/topics/:id/history': administrator(async ({ topic }) => ({
    path: `/api/stats/topics/${await topic()}/history?range=1h`,
  })),
  'GET /api/stats/users': administrator('/api/stats/users'),
  'GET /metrics': administrator('/metrics'),
  'GET /api/cluster': administrator('/api/cluster'),
  'GET /api/cluster/publishers': administrator('/api/cluster/publishers?namespace=market&topic=a'),
  'GET /api/cluster/sessions': { ...administrator('/api/cluster/sessions?username=nobody'), status: 404 },
  'GET /api/journal': administrator('/api/journal'),
  'GET /api/journal/segments/:number/check': { ...administrator('/api/journal/segments/1/check'), status: 404 },
  'GET /api/stream': administrator('/api/stream'),
  'GET /api/tap': messageReader('/api/tap?namespace=own'),
  'GET /api/prices': messageReader('/api/prices?namespace=own'),
  'GET /api/logs': administrator('/api/logs'),
  'GET /api/logs/stream': administrator('/api/logs/stream'),
  'GET /api/stats/topics/minutes': administrator('/api/stats/topics/minutes?ids=1'),
  'GET /api/stats/connections/:connection_id/history': administrator(async ({ connection }) => ({
    path: `/api/stats/connections/${await connection()}/history`,
  })),

  'GET /api/alerts': administrator('/api/alerts'),
  'POST /api/alerts/:id/acknowledge': administrator(async ({ alert }) => ({
    path: `/api/alerts/${await alert()}/acknowledge`,
  })),
  'POST /api/alerts/:id/mute': administrator(async ({ alert }) => ({
    path: `/api/alerts/${await alert()}/mute`,
    body: { minutes: 1 },
  })),
  'GET /api/alert-rules': administrator('/api/alert-rules'),
  'POST /api/alert-rules': administrator(
    () => ({ path: '/api/alert-rules', body: { name: 'x', kind: 'drops', threshold: 1e9 } }),
    201,
  ),
  'PUT /api/alert-rules/:id': administrator(async ({ alertRule }) => ({
    path: `/api/alert-rules/${await alertRule()}`,
    body: { for_s: 1 },
  })),
  'DELETE /api/alert-rules/:id': administrator(async ({ alertRule }) => ({
    path: `/api/alert-rules/${await alertRule()}`,
  })),
  'GET /api/webhooks': administrator('/api/webhooks'),
  'POST /api/webhooks': administrator(
    () => ({ path: '/api/webhooks', body: { name: 'x', url: 'http://127.0.0.1:1/', is_enabled: false } }),
    201,
  ),
  'PUT /api/webhooks/:id': administrator(async ({ webhook }) => ({
    path: `/api/webhooks/${await webhook()}`,
    body: { name: 'y' },
  })),
  'DELETE /api/webhooks/:id': administrator(async ({ webhook }) => ({ path: `/api/webhooks/${await webhook()}` })),
  'POST /api/webhooks/:id/test': administrator(async ({ webhook }) => ({
    path: `/api/webhooks/${await webhook()}/test`,
  })),

  'GET /api/audit-logs': administrator('/api/audit-logs'),
  'GET /api/audit-logs/export': administrator('/api/audit-logs/export?format=csv'),
  'GET /api/settings': administrator('/api/settings'),
  'GET /api/log-level': administrator('/api/log-level'),
  'PUT /api/log-level': administrator(() => ({ path: '/api/log-level', body: { level: 'info' } })),
  'GET /api/definitions': administrator('/api/definitions'),
  'POST /api/definitions': administrator(() => ({
    path: '/api/definitions?dry_run=true',
    body: { version: 1, namespaces: [], users: [], grants: [] },
  })),
  // A good call would end the broker.
  'POST /api/drain': {
    audience: 'superAdmin',
    status: 400,
    call: () => ({ path: '/api/drain', body: { within_s: -1 } }),
  },
  'POST /api/backup': { audience: 'superAdmin', call: () => ({ path: '/api/backup' }) },
};
