import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, badInput, notFound } from '../api-error.js';
import { disconnectReasons } from '../disconnect-reasons.js';
import { bodyId, connectionId, refusals, status } from '../schemas/fields.js';

const tags = ['connections'];
const reason = disconnectReasons.byAdministrator;

/** Ending connections. */
export function disconnectRoutes(app: AdminApp, context: AdminContext): void {
  addDisconnectUser(app, context);
  addDisconnect(app, context);
}

function addDisconnectUser(app: AdminApp, { store, link, monitor }: AdminContext): void {
  app.post(
    '/api/connections/disconnect-user',
    {
      config: { access: 'administrator', audit: { opType: 'disconnect_user', targetType: 'user' } },
      schema: {
        summary: 'End every session of a user',
        tags,
        body: z.strictObject({ user_id: bodyId }),
        response: {
          200: z.object({ status: z.literal('disconnected'), session_count: z.int() }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { user_id } = request.body;
      request.audit.target = String(user_id);
      const user = await store.users.byId(user_id);
      if (user === undefined) throw badInput('body.user_id', `there is no user ${user_id}`);
      request.audit.target = user.username;
      const session_count = monitor.users.sessionCountOf(user.id);
      request.audit.before = { session_count };
      link.send({ kind: 'kickUser', userId: user.id, reason });
      return { status: 'disconnected' as const, session_count };
    },
  );
}

function addDisconnect(app: AdminApp, { link, monitor }: AdminContext): void {
  app.post(
    '/api/connections/:connection_id/disconnect',
    {
      config: { access: 'administrator', audit: { opType: 'disconnect', targetType: 'connection' }, refuses: [409] },
      schema: {
        summary: 'End one connection',
        tags,
        params: z.object({ connection_id: connectionId }),
        response: { 200: status('disconnected'), ...refusals },
      },
    },
    async (request) => {
      const { connection_id } = request.params;
      request.audit.target = connection_id;
      const found = monitor.connections.find(connection_id);
      if (found === undefined) throw notFound('connection', connection_id);
      if (!found.isOpen) throw new ApiError(409, 'CLOSED', `connection ${connection_id} is closed already`);
      if (found.session > 0) link.send({ kind: 'kickSession', session: found.session, reason });
      else link.send({ kind: 'kickSubscriber', subscriber: found.subscriber, reason });
      return { status: 'disconnected' as const };
    },
  );
}
