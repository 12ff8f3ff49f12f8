import type { Definitions, ImportReply } from '@pulsemq/protocol';
import { z } from 'zod';
import type { Store } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { callerOf } from '../caller.js';
import { disconnectReasons } from '../disconnect-reasons.js';
import { exportDefinitions } from '../export-definitions.js';
import { type Imported, importDefinitions } from '../import-definitions.js';
import { largeBodyLimitBytes } from '../request-body.js';
import { bars, storedBars } from '../schemas/bars.js';
import { queryFlag, refusals } from '../schemas/fields.js';
import { freshness, storedFreshness } from '../schemas/freshness.js';
import { apiNamespace, createNamespace, grantRole, namespaceName } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';
import { username, userType } from '../schemas/users.js';

const tags = ['settings'];

const imported = z.strictObject({
  version: z.literal(1),
  namespaces: z
    .array(
      z.strictObject({
        ...createNamespace.shape,
        history: z.boolean().optional(),
        is_active: z.boolean().default(true),
        freshness: freshness.nullable().optional(),
        bars: bars.nullable().optional(),
      }),
    )
    .max(10_000)
    .readonly(),
  users: z
    .array(z.strictObject({ username, user_type: userType, is_active: z.boolean().default(true) }))
    .max(100_000)
    .readonly(),
  grants: z
    .array(z.strictObject({ username, namespace: namespaceName, role: grantRole }))
    .max(1_000_000)
    .readonly(),
});

/** Without the rules of names and descriptions: an older broker stored them by older rules. */
const exported = z.object({
  version: z.literal(1),
  namespaces: z
    .array(
      apiNamespace.pick({ name: true, description: true, is_active: true, keep_last_value: true }).extend({
        history: z.boolean().optional(),
        freshness: storedFreshness.nullable().optional(),
        bars: storedBars.nullable().optional(),
      }),
    )
    .readonly(),
  users: z.array(z.object({ username: z.string(), user_type: userType, is_active: z.boolean() })).readonly(),
  grants: z.array(z.object({ username: z.string(), namespace: z.string(), role: grantRole })).readonly(),
}) satisfies z.ZodType<Definitions>;

const importReply = z.object({
  status: z.enum(['imported', 'checked']),
  changes: z.array(z.string()).readonly(),
}) satisfies z.ZodType<ImportReply>;

/** Changes that an audit row lists; `change_count` has the number of all. */
const auditedChangeCount = 50;

/** Namespaces with their freshness rules, users without secrets, and grants, as one file. */
export function definitionRoutes(app: AdminApp, context: AdminContext): void {
  addExport(app, context);
  addImport(app, context);
}

function addExport(app: AdminApp, { store }: AdminContext): void {
  app.get(
    '/api/definitions',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Export all definitions',
        description:
          'Namespaces with their freshness rules, users without secrets, and grants. A name from a database of the Python package that breaks the rules is left out, because no broker would import it.',
        tags,
        response: { 200: exported, ...refusals },
      },
    },
    () => exportDefinitions(store),
  );
}

function addImport(app: AdminApp, { store, feed, link }: AdminContext): void {
  app.post(
    '/api/definitions',
    {
      bodyLimit: largeBodyLimitBytes,
      config: {
        access: 'administrator',
        audit: { opType: 'definitions.import', targetType: 'definitions' },
        refuses: [409],
      },
      schema: {
        summary: 'Import definitions',
        description:
          'Adds what is missing and changes what differs; deletes nothing. `dry_run=true` lists the changes without making them. New users have no token until one is reset. The last super_admin cannot be demoted.',
        tags,
        querystring: strictQuery({ dry_run: queryFlag.default(false) }),
        body: imported,
        response: { 200: importReply, ...refusals },
      },
    },
    async (request) => {
      const { dry_run } = request.query;
      const { changes, withoutAccess } = await run(store, dry_run, (inner) =>
        importDefinitions(inner, request.body, callerOf(request).user),
      );
      if (!dry_run) {
        await feed.pushAll();
        for (const userId of withoutAccess) link.send({ kind: 'kickUser', userId, reason: disconnectReasons.noAccess });
      }
      request.audit.after = { change_count: changes.length, dry_run, changes: changes.slice(0, auditedChangeCount) };
      return { status: dry_run ? ('checked' as const) : ('imported' as const), changes };
    },
  );
}

/** Thrown to roll a dry run back. */
class DryRunOver extends Error {}

/** Runs an import in a transaction, which a dry run rolls back. */
async function run(store: Store, isDryRun: boolean, work: (inner: Store) => Promise<Imported>): Promise<Imported> {
  let result: Imported = { changes: [], withoutAccess: [] };
  try {
    await store.transaction(async (inner) => {
      result = await work(inner);
      if (isDryRun) throw new DryRunOver();
    });
  } catch (error) {
    if (!(error instanceof DryRunOver)) throw error;
  }
  return result;
}
