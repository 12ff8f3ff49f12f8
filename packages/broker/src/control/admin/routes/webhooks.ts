import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { WebhookRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { createdWebhook, createWebhook, updateWebhook, webhook, webhookAttempt } from '../schemas/alerts.js';
import { idParams, page, refusals, status } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

const tags = ['alerts'];
const targetType = 'webhook';

const webhookMaxCount = 20;
const secretBytes = 32;

/** Receivers of alerts. */
export function webhookRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addCreate(app, context);
  addUpdate(app, context);
  addDelete(app, context);
  addTest(app, context);
}

/** What an audit row shows: the host of the address alone, because receivers put keys into the rest. */
const audited = ({ name, url, isEnabled }: WebhookRow) => ({ name, host: new URL(url).host, is_enabled: isEnabled });

async function webhookOf(id: number, { store }: AdminContext): Promise<WebhookRow> {
  const row = (await store.webhooks.all()).find((one) => one.id === id);
  if (row === undefined) throw notFound('webhook', id);
  return row;
}

const apply = async ({ store, webhooks }: AdminContext): Promise<void> => webhooks.set(await store.webhooks.all());

function addList(app: AdminApp, { store, webhooks }: AdminContext): void {
  app.get(
    '/api/webhooks',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List the webhooks that alerts are sent to',
        description: 'Without their secrets.',
        tags,
        querystring: strictQuery(page),
        response: { 200: z.array(webhook), ...refusals },
      },
    },
    async (request, reply) => {
      const { limit, offset } = request.query;
      const rows = await store.webhooks.all();
      reply.header('x-total-count', rows.length);
      return rows.slice(offset, offset + limit).map((row) => webhooks.shown(row));
    },
  );
}

function addCreate(app: AdminApp, context: AdminContext): void {
  const { store, webhooks } = context;
  app.post(
    '/api/webhooks',
    {
      config: { access: 'administrator', audit: { opType: 'webhook.create', targetType }, refuses: [409] },
      schema: {
        summary: 'Create a webhook',
        description:
          'Each alert that begins or ends is sent as a WebhookMessage in JSON. `X-PulseMQ-Signature` is `sha256=` and the hexadecimal HMAC-SHA256, by the secret, of `X-PulseMQ-Timestamp`, a dot and the body. Without an answer of 2xx within ten seconds the message is sent again, with the same `X-PulseMQ-Delivery`, after 1, 5, 30, 120 and 600 seconds. Only this answer has the secret.',
        tags,
        body: createWebhook,
        response: { 201: createdWebhook, ...refusals },
      },
    },
    async (request, reply) => {
      const { name, url, is_enabled } = request.body;
      request.audit.target = name;
      if ((await store.webhooks.all()).length >= webhookMaxCount) {
        const text = `there are ${webhookMaxCount} webhooks, the limit; delete one first`;
        throw new ApiError(409, 'TOO_MANY_WEBHOOKS', text);
      }
      const secret = randomBytes(secretBytes).toString('hex');
      const row = await store.webhooks.add({ name, url, secret, isEnabled: is_enabled });
      await apply(context);
      request.audit.after = audited(row);
      return reply.status(201).send({ ...webhooks.shown(row), secret });
    },
  );
}

function addUpdate(app: AdminApp, context: AdminContext): void {
  const { store, webhooks } = context;
  app.put(
    '/api/webhooks/:id',
    {
      config: { access: 'administrator', audit: { opType: 'webhook.update', targetType } },
      schema: {
        summary: 'Change a webhook',
        description:
          'Changes the fields that are given. The secret stays; to change it, delete the webhook and create it again.',
        tags,
        params: idParams,
        body: updateWebhook,
        response: { 200: webhook, ...refusals },
      },
    },
    async (request) => {
      const before = await webhookOf(request.params.id, context);
      Object.assign(request.audit, { target: before.name, before: audited(before) });
      const { name, url, is_enabled: isEnabled } = request.body;
      const row = await store.webhooks.update(before.id, { name, url, isEnabled });
      if (row === undefined) throw notFound('webhook', before.id);
      await apply(context);
      request.audit.after = audited(row);
      return webhooks.shown(row);
    },
  );
}

function addDelete(app: AdminApp, context: AdminContext): void {
  app.delete(
    '/api/webhooks/:id',
    {
      config: { access: 'administrator', audit: { opType: 'webhook.delete', targetType } },
      schema: {
        summary: 'Delete a webhook',
        description: 'Its waiting messages are not sent.',
        tags,
        params: idParams,
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const before = await webhookOf(request.params.id, context);
      Object.assign(request.audit, { target: before.name, before: audited(before) });
      await context.store.webhooks.remove(before.id);
      await apply(context);
      return { status: 'deleted' as const };
    },
  );
}

function addTest(app: AdminApp, context: AdminContext): void {
  app.post(
    '/api/webhooks/:id/test',
    {
      config: { access: 'administrator', audit: { opType: 'webhook.test', targetType } },
      schema: {
        summary: 'Send a test to a webhook',
        description: 'Sends one message, also to a webhook that is off. The answer has the result.',
        tags,
        params: idParams,
        response: { 200: webhookAttempt, ...refusals },
      },
    },
    async (request) => {
      const row = await webhookOf(request.params.id, context);
      request.audit.target = row.name;
      const attempt = await context.webhooks.test(row);
      request.audit.after = { is_ok: attempt.is_ok, status: attempt.status };
      return attempt;
    },
  );
}
