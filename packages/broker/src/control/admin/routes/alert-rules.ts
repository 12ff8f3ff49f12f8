import type { AlertKind, AlertRule } from '@pulsemq/protocol';
import { z } from 'zod';
import { isTopicRule } from '../../alerts/topic-counts.js';
import type { AlertRuleRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, badInput, notFound } from '../api-error.js';
import { alertRule, createAlertRule, updateAlertRule } from '../schemas/alerts.js';
import { idParams, page, refusals, status } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

const tags = ['alerts'];
const targetType = 'alert_rule';

/** Rules that are read each second. */
const ruleMaxCount = 100;

const initialThreshold: Partial<Record<AlertKind, number>> = {
  topic_stale: 1,
  publisher_gone: 1,
  client_slow: 1,
  drops: 1,
  log_in_failures: 10,
  disk: 90,
  not_stored: 1,
  bars_lost: 1,
};

/** What alerts fire for. */
export function alertRuleRoutes(app: AdminApp, context: AdminContext): void {
  addList(app, context);
  addCreate(app, context);
  addUpdate(app, context);
  addDelete(app, context);
}

const shown = ({ forSeconds, isEnabled, ...rule }: AlertRuleRow): AlertRule => ({
  ...rule,
  for_s: forSeconds,
  is_enabled: isEnabled,
});

/** Throws 400 for fields that do not fit the kind of the rule. */
function checkFields({ kind, namespace, pattern, threshold }: Omit<AlertRuleRow, 'id'>): void {
  if (!isTopicRule({ kind })) {
    if (namespace !== null) throw badInput('body.namespace', `must be null: a rule of kind ${kind} is about no topics`);
    if (pattern !== null) throw badInput('body.pattern', `must be null: a rule of kind ${kind} is about no topics`);
  }
  if (kind === 'disk' && threshold > 100) throw badInput('body.threshold', `is ${threshold}; at most 100 percent`);
}

async function ruleOf(id: number, { store }: AdminContext): Promise<AlertRuleRow> {
  const row = (await store.alertRules.all()).find((one) => one.id === id);
  if (row === undefined) throw notFound('alert rule', id);
  return row;
}

const apply = async ({ store, alerts }: AdminContext): Promise<void> => alerts.setRules(await store.alertRules.all());

function addList(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/alert-rules',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List the rules of alerts',
        tags,
        querystring: strictQuery(page),
        response: { 200: z.array(alertRule), ...refusals },
      },
    },
    async (request, reply) => {
      const { limit, offset } = request.query;
      const rows = await store.alertRules.all();
      reply.header('x-total-count', rows.length);
      return rows.slice(offset, offset + limit).map(shown);
    },
  );
}

function addCreate(app: AdminApp, context: AdminContext): void {
  const { store } = context;
  app.post(
    '/api/alert-rules',
    {
      config: { access: 'administrator', audit: { opType: 'alert_rule.create', targetType }, refuses: [409] },
      schema: {
        summary: 'Create an alert rule',
        description:
          'The alert fires when the value has been at least `threshold` for `for_s` seconds. `topic_stale`, `publisher_gone`: topics that match `namespace` and `pattern`. `client_slow`: clients that have read too slowly for `for_s` seconds. `drops`, `log_in_failures`: lost messages and refused log-ins of the last minute. `memory`: MiB of the process. `disk`: percent of the file system of the database. `not_stored`: messages of the last minute that the journal could not write. `bars_lost`: prices of the last minute that bars lack.',
        tags,
        body: createAlertRule,
        response: { 201: alertRule, ...refusals },
      },
    },
    async (request, reply) => {
      const { name, kind, namespace, pattern, for_s, is_enabled } = request.body;
      request.audit.target = name;
      const threshold = request.body.threshold ?? initialThreshold[kind];
      if (threshold === undefined) throw badInput('body.threshold', `is missing; a rule of kind ${kind} needs one`);
      const rule = {
        name,
        kind,
        namespace,
        threshold,
        forSeconds: for_s,
        isEnabled: is_enabled,
        pattern: isTopicRule({ kind }) ? (pattern ?? '>') : pattern,
      };
      checkFields(rule);
      if ((await store.alertRules.all()).length >= ruleMaxCount) {
        throw new ApiError(409, 'TOO_MANY_RULES', `there are ${ruleMaxCount} alert rules, the limit; delete one first`);
      }
      const row = await store.alertRules.add(rule);
      await apply(context);
      request.audit.after = shown(row);
      return reply.status(201).send(shown(row));
    },
  );
}

function addUpdate(app: AdminApp, context: AdminContext): void {
  const { store } = context;
  app.put(
    '/api/alert-rules/:id',
    {
      config: { access: 'administrator', audit: { opType: 'alert_rule.update', targetType } },
      schema: {
        summary: 'Change an alert rule',
        description: 'Changes the fields that are given. The kind stays.',
        tags,
        params: idParams,
        body: updateAlertRule,
        response: { 200: alertRule, ...refusals },
      },
    },
    async (request) => {
      const before = await ruleOf(request.params.id, context);
      Object.assign(request.audit, { target: before.name, before: shown(before) });
      const { name, namespace, pattern, threshold, for_s: forSeconds, is_enabled: isEnabled } = request.body;
      const changes = { name, namespace, pattern, threshold, forSeconds, isEnabled };
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      checkFields({ ...before, ...given });
      const row = await store.alertRules.update(before.id, changes);
      if (row === undefined) throw notFound('alert rule', before.id);
      await apply(context);
      request.audit.after = shown(row);
      return shown(row);
    },
  );
}

function addDelete(app: AdminApp, context: AdminContext): void {
  app.delete(
    '/api/alert-rules/:id',
    {
      config: { access: 'administrator', audit: { opType: 'alert_rule.delete', targetType } },
      schema: {
        summary: 'Delete an alert rule',
        description: 'Its alert is resolved.',
        tags,
        params: idParams,
        response: { 200: status('deleted'), ...refusals },
      },
    },
    async (request) => {
      const before = await ruleOf(request.params.id, context);
      Object.assign(request.audit, { target: before.name, before: shown(before) });
      await context.store.alertRules.remove(before.id);
      await apply(context);
      return { status: 'deleted' as const };
    },
  );
}
