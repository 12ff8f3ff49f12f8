import { type Definitions, type ImportReply, mayUseMq } from '@pulsemq/protocol';
import { z } from 'zod';
import type { Store } from '../../store/store.js';
import { callerOf } from '../access.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { badInput } from '../api-error.js';
import { queryFlag, refusals } from '../schemas/fields.js';
import { createNamespace, grantRole, namespaceName } from '../schemas/namespaces.js';
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

const importReply = z.object({
  status: z.enum(['imported', 'checked']),
  changes: z.array(z.string()),
}) satisfies z.ZodType<ImportReply>;

/** Thrown to undo a trial import; nobody outside sees it. */
class TrialOver extends Error {}

/** Namespaces, users without secrets, and grants, as one file. */
export function definitionRoutes(app: AdminApp, { store, feed }: AdminContext): void {
  app.get(
    '/api/definitions',
    {
      config: { access: 'administrator' },
      schema: { summary: 'Export all definitions', tags: ['settings'], response: { 200: definitions, ...refusals } },
    },
    () => exportDefinitions(store),
  );

  app.post(
    '/api/definitions',
    {
      config: { access: 'administrator', audit: { opType: 'definitions.import', targetType: 'definitions' } },
      schema: {
        summary: 'Import definitions',
        description:
          'Adds what is missing and changes what differs; nothing is deleted. `dry_run=true` only tells. New users have no token until one is reset.',
        tags: ['settings'],
        querystring: z.object({ dry_run: queryFlag.default(false) }),
        body: definitions,
        response: { 200: importReply, ...refusals },
      },
    },
    async (request) => {
      const { dry_run } = request.query;
      const by = callerOf(request).user.username;
      let changes: string[] = [];
      try {
        await store.transaction(async (inner) => {
          changes = await importDefinitions(inner, request.body, by);
          if (dry_run) throw new TrialOver();
        });
      } catch (error) {
        if (!(error instanceof TrialOver)) throw error;
      }
      if (!dry_run) await feed.pushAll();
      request.audit.after = { change_count: changes.length, dry_run };
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
  const names = new Map(namespaces.map(({ id, name }) => [id, name]));
  const usernames = new Map(users.map((user) => [user.id, user.username]));
  return {
    version: 1,
    namespaces: namespaces.map((one) => ({
      name: one.name,
      description: one.description,
      is_active: one.isActive,
      keep_last_value: one.keepLastValue,
    })),
    users: users.map((one) => ({ username: one.username, user_type: one.userType, is_active: one.isActive })),
    grants: grants.map((one) => ({
      username: usernames.get(one.userId)!,
      namespace: names.get(one.namespaceId)!,
      role: one.role,
    })),
  };
}

async function importDefinitions(store: Store, wanted: Definitions, by: string): Promise<string[]> {
  const changes: string[] = [];
  for (const { name, description, is_active, keep_last_value } of wanted.namespaces) {
    const before = await store.namespaces.byName(name);
    if (before === undefined) changes.push(`namespace ${name}: created`);
    const row =
      before ?? (await store.namespaces.add({ name, description, createdBy: by, keepLastValue: keep_last_value }));
    const isSame =
      row.description === description && row.isActive === is_active && row.keepLastValue === keep_last_value;
    if (isSame) continue;
    await store.namespaces.update(row.id, { description, isActive: is_active, keepLastValue: keep_last_value });
    if (before !== undefined) changes.push(`namespace ${name}: changed`);
  }
  for (const one of wanted.users) {
    const user = await store.users.byName(one.username);
    if (user !== undefined) continue;
    const secrets = { passwordHash: null, tokenHash: null, mustChangePassword: mayUseMq(one.user_type) === false };
    const added = await store.users.add({ username: one.username, userType: one.user_type, ...secrets });
    if (!one.is_active) await store.users.update(added.id, { isActive: false });
    changes.push(`user ${one.username}: created without token and password`);
  }
  for (const [index, grant] of wanted.grants.entries()) {
    const user = await store.users.byName(grant.username);
    const namespace = await store.namespaces.byName(grant.namespace);
    if (user === undefined) throw badInput(`body.grants.${index}.username`, `there is no user ${grant.username}`);
    if (namespace === undefined)
      throw badInput(`body.grants.${index}.namespace`, `there is no namespace ${grant.namespace}`);
    const before = await store.grants.put({
      userId: user.id,
      namespaceId: namespace.id,
      role: grant.role,
      grantedBy: by,
    });
    if (before !== grant.role)
      changes.push(`grant of ${grant.namespace} to ${grant.username}: ${before ?? 'none'} -> ${grant.role}`);
  }
  return changes;
}
