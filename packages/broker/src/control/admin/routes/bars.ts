import { type Bars, checkBarTarget, checkPattern } from '@pulsemq/protocol';
import type { NamespaceRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { badInput, notFound } from '../api-error.js';
import { existingNamespace } from '../lookups.js';
import { bars, storedBars } from '../schemas/bars.js';
import { rulesBodyMaxBytes } from '../schemas/calendars.js';
import { idParams, refusals } from '../schemas/fields.js';

const tags = ['namespaces'];
const none: Bars = { rules: [], calendars: {} };

/** Bars that the broker makes of the prices of a namespace. */
export function barRoutes(app: AdminApp, context: AdminContext): void {
  addGet(app, context);
  addPut(app, context);
}

const rulesOf = (row: NamespaceRow): Bars => row.bars ?? none;

function addGet(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/namespaces/:id/bars',
    {
      config: { access: 'namespaceAdmin', namespaceParam: 'id' },
      schema: {
        summary: 'Get the bar rules of a namespace',
        tags,
        params: idParams,
        response: { 200: storedBars, ...refusals },
      },
    },
    async (request) => rulesOf(await existingNamespace(store.namespaces, request.params.id)),
  );
}

function addPut(app: AdminApp, { store, feed, config }: AdminContext): void {
  app.put(
    '/api/namespaces/:id/bars',
    {
      bodyLimit: rulesBodyMaxBytes,
      config: {
        access: 'namespaceAdmin',
        namespaceParam: 'id',
        audit: { opType: 'namespace.bars', targetType: 'namespace' },
      },
      schema: {
        summary: 'Set the bar rules of a namespace',
        description:
          'Each rule makes bars of the prices in the topics that match `source`, and publishes them to `target`, where `{1}` stands for the levels that the first wildcard of `source` matched. A rule that stays as it is keeps its open bars; those of a rule that goes are published no more.',
        tags,
        params: idParams,
        body: bars,
        response: { 200: storedBars, ...refusals },
      },
    },
    async (request) => {
      const before = await existingNamespace(store.namespaces, request.params.id);
      const { name } = before;
      checkLevels(request.body, config.config.limits.topic_levels);
      Object.assign(request.audit, { target: name, namespace: name, before: rulesOf(before) });
      const { rules, calendars } = request.body;
      const isEmpty = rules.length === 0 && Object.keys(calendars).length === 0;
      const row = await store.namespaces.update(before.id, { bars: isEmpty ? null : request.body });
      if (row === undefined) throw notFound('namespace', before.id);
      request.audit.after = rulesOf(row);
      feed.namespaceChanged(row);
      return rulesOf(row);
    },
  );
}

/** Throws an ApiError for a rule whose topics have more levels than this broker allows. */
function checkLevels({ rules }: Bars, maxLevelCount: number): void {
  for (const [index, { source, target }] of rules.entries()) {
    const sourceProblem = checkPattern(source, maxLevelCount);
    if (sourceProblem !== undefined) throw badInput(`body.rules.${index}.source`, sourceProblem);
    const targetProblem = checkBarTarget(source, target, maxLevelCount);
    if (targetProblem !== undefined) throw badInput(`body.rules.${index}.target`, targetProblem);
  }
}
