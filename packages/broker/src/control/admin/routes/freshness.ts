import type { Freshness } from '@pulsemq/protocol';
import type { NamespaceRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { notFound } from '../api-error.js';
import { previewFreshness } from '../freshness-preview.js';
import { existingNamespace } from '../lookups.js';
import { rulesBodyMaxBytes } from '../schemas/calendars.js';
import { idParams, refusals } from '../schemas/fields.js';
import { freshness, freshnessPreview, storedFreshness } from '../schemas/freshness.js';

const tags = ['namespaces'];
const none: Freshness = { rules: [], calendars: {} };

/** What fresh means for the topics of a namespace: rules, and the calendars of their markets. */
export function freshnessRoutes(app: AdminApp, context: AdminContext): void {
  addGet(app, context);
  addPut(app, context);
  addPreview(app, context);
}

const rulesOf = (row: NamespaceRow): Freshness => row.freshness ?? none;

function addGet(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/namespaces/:id/freshness',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id' },
      schema: {
        summary: 'Get the freshness rules of a namespace',
        tags,
        params: idParams,
        response: { 200: storedFreshness, ...refusals },
      },
    },
    async (request) => rulesOf(await existingNamespace(store.namespaces, request.params.id)),
  );
}

function addPut(app: AdminApp, { store, feed }: AdminContext): void {
  app.put(
    '/api/namespaces/:id/freshness',
    {
      bodyLimit: rulesBodyMaxBytes,
      config: {
        access: 'namespaceAdmin',
        namespaceParam: 'id',
        audit: { opType: 'namespace.freshness', targetType: 'namespace' },
      },
      schema: {
        summary: 'Set the freshness rules of a namespace',
        description:
          'Of the rules that match a topic the first counts. Inside the hours of its calendar a topic is stale when its last message is older than `max_age_ms`, counted from the opening if that is later, and at once when its publisher is gone. Without a calendar the market is always open. No rules: no topic is ever stale.',
        tags,
        params: idParams,
        body: freshness,
        response: { 200: storedFreshness, ...refusals },
      },
    },
    async (request) => {
      const before = await existingNamespace(store.namespaces, request.params.id);
      const { name } = before;
      Object.assign(request.audit, { target: name, namespace: name, before: rulesOf(before) });
      const { rules, calendars } = request.body;
      const isEmpty = rules.length === 0 && Object.keys(calendars).length === 0;
      const row = await store.namespaces.update(before.id, { freshness: isEmpty ? null : request.body });
      if (row === undefined) throw notFound('namespace', before.id);
      request.audit.after = rulesOf(row);
      feed.namespaceChanged(row);
      return rulesOf(row);
    },
  );
}

function addPreview(app: AdminApp, { store, monitor }: AdminContext): void {
  app.post(
    '/api/namespaces/:id/freshness/preview',
    {
      bodyLimit: rulesBodyMaxBytes,
      config: { access: 'namespaceAdmin', namespaceParam: 'id', changesNothing: true },
      schema: {
        summary: 'Say which topics these freshness rules would call stale now',
        description:
          'By the last message of each topic in this run of the broker. Changes nothing and leaves no audit row.',
        tags,
        params: idParams,
        body: freshness,
        response: { 200: freshnessPreview, ...refusals },
      },
    },
    async (request) => {
      const { id, name } = await existingNamespace(store.namespaces, request.params.id);
      const all = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };
      const { rows } = await store.topics.list({ namespaceIds: [id] }, all);
      const topics = rows.map((row) => row.name);
      return previewFreshness(monitor, name, topics, request.body);
    },
  );
}
