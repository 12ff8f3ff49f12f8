import { alertStates } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { alert, muteAlert } from '../schemas/alerts.js';
import { idParams, page, refusals } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

const tags = ['alerts'];
const targetType = 'alert';

/** The alerts of this run. */
export function alertRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addAcknowledge(app, context);
  addMute(app, context);
}

function addList(app: AdminApp, { alerts }: AdminContext): void {
  app.get(
    '/api/alerts',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List alerts',
        description:
          'Newest first; the broker keeps 500 that are resolved. Alerts begin anew with the broker: what still holds after a restart fires again.',
        tags,
        querystring: strictQuery({ ...page, state: z.enum([...alertStates, 'all']).default('all') }),
        response: { 200: z.array(alert), ...refusals },
      },
    },
    async (request, reply) => {
      const { state, limit, offset } = request.query;
      const found = alerts.list(state);
      reply.header('x-total-count', found.length);
      return found.slice(offset, offset + limit);
    },
  );
}

/** Refuses a change of an alert that is unknown, or over. */
function refuse(alerts: AdminContext['alerts'], id: number): ApiError {
  const found = alerts.get(id);
  if (found === undefined) return notFound('alert', id);
  return new ApiError(409, 'NOT_FIRING', `alert ${id} is ${found.state}`);
}

function addAcknowledge(app: AdminApp, { alerts }: AdminContext): void {
  app.post(
    '/api/alerts/:id/acknowledge',
    {
      config: { access: 'administrator', audit: { opType: 'alert.acknowledge', targetType }, refuses: [409] },
      schema: {
        summary: 'Acknowledge an alert that fires',
        description:
          'It is no longer counted as firing. When its condition has ended and holds again, a new alert fires.',
        tags,
        params: idParams,
        response: { 200: alert, ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const changed = alerts.acknowledge(id, callerOf(request).user.username);
      if (changed === undefined) throw refuse(alerts, id);
      request.audit.target = changed.rule_name;
      return changed;
    },
  );
}

function addMute(app: AdminApp, { alerts }: AdminContext): void {
  app.post(
    '/api/alerts/:id/mute',
    {
      config: { access: 'administrator', audit: { opType: 'alert.mute', targetType }, refuses: [409] },
      schema: {
        summary: 'Mute the rule of an alert for some time',
        description:
          'Until then the alerts of the rule are not sent to webhooks and do not count as firing. 0 minutes end the mute.',
        tags,
        params: idParams,
        body: muteAlert,
        response: { 200: alert, ...refusals },
      },
    },
    async (request) => {
      const { id } = request.params;
      const changed = alerts.mute(id, request.body.minutes);
      if (changed === undefined) throw refuse(alerts, id);
      Object.assign(request.audit, { target: changed.rule_name, after: request.body });
      return changed;
    },
  );
}
