import { checkNamespace, type Definitions, type ImportReply, usernamePattern } from '@pulsemq/protocol';
import { z } from 'zod';
import type { Store } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { callerOf } from '../caller.js';
import { importDefinitions } from '../import-definitions.js';
import { largeBodyLimitBytes } from '../request-body.js';
import { queryFlag, refusals } from '../schemas/fields.js';
import { apiNamespace, createNamespace, grantRole, namespaceName } from '../schemas/namespaces.js';
import { username, userType } from '../schemas/users.js';

const definitions = z.strictObject({
  version: z.literal(1),
  namespaces: z
    .array(z.strictObject({ ...createNamespace.shape, is_active: z.boolean().default(true) }))
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

/** Without the rules of names and descriptions: what is there was checked when it came, and by the rules of its time. */
const exported = z.object({
  version: z.literal(1),
  namespaces: z
    .array(apiNamespace.pick({ name: true, description: true, is_active: true, keep_last_value: true }))
    .readonly(),
  users: z.array(z.object({ username: z.string(), user_type: userType, is_active: z.boolean() })).readonly(),
  grants: z.array(z.object({ username: z.string(), namespace: z.string(), role: grantRole })).readonly(),
}) satisfies z.ZodType<Definitions>;

/** Changes that an audit row tells in full; its number tells how many more there were. */
const toldChangeCount = 50;

const importReply = z.object({
  status: z.enum(['imported', 'checked']),
  changes: z.array(z.string()).readonly(),
}) satisfies z.ZodType<ImportReply>;

/** Thrown to undo a trial import; nobody outside sees it. */
class TrialOver extends Error {}

/** Namespaces, users without secrets, and grants, as one file. */
export function definitionRoutes(app: AdminApp, { store, feed, link }: AdminContext): void {
  app.get(
    '/api/definitions',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Export all definitions',
        description:
          'Users without secrets. A name that breaks our rules, from a database of the Python package, is left out: no broker would take it.',
        tags: ['settings'],
        response: { 200: exported, ...refusals },
      },
    },
    () => exportDefinitions(store),
  );

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
          'Adds what is missing and changes what differs; nothing is deleted. `dry_run=true` only tells. New users have no token until one is reset. The last super_admin stays one.',
        tags: ['settings'],
        querystring: z.object({ dry_run: queryFlag.default(false) }),
        body: definitions,
        response: { 200: importReply, ...refusals },
      },
    },
    async (request) => {
      const { dry_run } = request.query;
      const by = callerOf(request).user.username;
      let changes: readonly string[] = [];
      let withoutWire: readonly number[] = [];
      try {
        await store.transaction(async (inner) => {
          ({ changes, withoutWire } = await importDefinitions(inner, request.body, by));
          if (dry_run) throw new TrialOver();
        });
      } catch (error) {
        if (!(error instanceof TrialOver)) throw error;
      }
      if (!dry_run) {
        await feed.pushAll();
        for (const userId of withoutWire) link.send({ kind: 'kickUser', userId, reason: 'type without the wire' });
      }
      request.audit.after = { change_count: changes.length, dry_run, changes: changes.slice(0, toldChangeCount) };
      return { status: dry_run ? ('checked' as const) : ('imported' as const), changes };
    },
  );
}

async function exportDefinitions(store: Store): Promise<Definitions> {
  const [namespaces, users, grants] = await Promise.all([
    store.namespaces.all(),
    store.users.all(),
    store.grants.all(),
  ]);
  const goodNamespaces = namespaces.filter(({ name }) => checkNamespace(name) === undefined);
  const goodUsers = users.filter(({ username }) => usernamePattern.test(username));
  const names = new Map(goodNamespaces.map(({ id, name }) => [id, name]));
  const usernames = new Map(goodUsers.map((user) => [user.id, user.username]));
  return {
    version: 1,
    namespaces: goodNamespaces.map((one) => ({
      name: one.name,
      description: one.description,
      is_active: one.isActive,
      keep_last_value: one.keepLastValue,
    })),
    users: goodUsers.map((one) => ({ username: one.username, user_type: one.userType, is_active: one.isActive })),
    grants: grants.flatMap(({ userId, namespaceId, role }) => {
      const [username, namespace] = [usernames.get(userId), names.get(namespaceId)];
      return username === undefined || namespace === undefined ? [] : [{ username, namespace, role }];
    }),
  };
}
