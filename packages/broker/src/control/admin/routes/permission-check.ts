import {
  checkNamespace,
  checkPattern,
  checkTopic,
  hasAllMqRights,
  mayUseMq,
  type PermissionCheck,
  type PermissionVerdict,
  RoleLevel,
} from '@pulsemq/protocol';
import { z } from 'zod';
import type { NamespaceRow, UserRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { existingUser } from '../lookups.js';
import { id, refusals } from '../schemas/fields.js';
import { strictQuery } from '../schemas/strict-query.js';

const verdict = z.object({
  allowed: z.boolean(),
  code: z.enum([
    'USER_INACTIVE',
    'NO_TOKEN',
    'ADMIN_ONLY',
    'ALL_RIGHTS',
    'NAMESPACE_UNKNOWN',
    'NAMESPACE_INACTIVE',
    'BAD_NAME',
    'NO_GRANT',
    'ROLE_TOO_LOW',
    'GRANTED',
  ]),
  reason: z.string(),
}) satisfies z.ZodType<PermissionVerdict>;

const permissionCheck = z.object({
  user_id: z.int(),
  username: z.string(),
  namespace: z.string(),
  topic: z.string().nullable(),
  publish: verdict,
  subscribe: verdict,
}) satisfies z.ZodType<PermissionCheck>;

/** Whether a user may publish and subscribe, and why: the rules of the engine, in words. */
export function permissionCheckRoutes(app: AdminApp, { store, config }: AdminContext): void {
  app.get(
    '/api/permissions/check',
    {
      config: { access: 'administrator', refuses: [404] },
      schema: {
        summary: 'Check whether a user may publish or subscribe, and why',
        tags: ['permissions'],
        querystring: strictQuery({
          user_id: id,
          namespace: z.string().max(200),
          topic: z.string().max(200).optional(),
        }),
        response: { 200: permissionCheck, ...refusals },
      },
    },
    async (request) => {
      const { user_id, namespace, topic } = request.query;
      const user = await existingUser(store.users, user_id);
      const row = await store.namespaces.byName(namespace);
      const grants = await store.grants.ofUser(user.id);
      const role = grants.find(({ namespaceId }) => namespaceId === row?.id)?.role;
      const level = role === undefined ? RoleLevel.none : RoleLevel[role];
      const ofNamespace = { user, namespace, row, level };
      const { topic_levels } = config.config.limits;
      const badTopic = topic === undefined ? undefined : checkTopic(topic, topic_levels);
      const badPattern = topic === undefined ? undefined : checkPattern(topic, topic_levels);
      return {
        user_id: user.id,
        username: user.username,
        namespace,
        topic: topic ?? null,
        publish: judge({ ...ofNamespace, needed: RoleLevel.pub, badName: badTopic }),
        subscribe: judge({ ...ofNamespace, needed: RoleLevel.sub, badName: badPattern }),
      };
    },
  );
}

interface Question {
  readonly user: UserRow;
  readonly namespace: string;
  readonly row: NamespaceRow | undefined;
  /** Level of the user's role in the namespace, and the level that is needed. */
  readonly level: number;
  readonly needed: number;
  /** Why the topic or pattern is not valid; undefined when it is. */
  readonly badName: string | undefined;
}

/** The first rule that decides, in the order in which the engine applies them. */
function judge({ user, namespace, row, level, needed, badName }: Question): PermissionVerdict {
  const no = (code: PermissionVerdict['code'], reason: string): PermissionVerdict => ({ allowed: false, code, reason });
  if (!user.isActive) return no('USER_INACTIVE', `${user.username} is deactivated`);
  if (!mayUseMq(user.userType)) return no('ADMIN_ONLY', `users of type ${user.userType} may not publish or subscribe`);
  if (user.tokenHash === null) return no('NO_TOKEN', `${user.username} has no token; reset it to create one`);
  const bad = checkNamespace(namespace) ?? badName;
  if (bad !== undefined) return no('BAD_NAME', bad);
  if (row !== undefined && !row.isActive) return no('NAMESPACE_INACTIVE', `namespace ${namespace} is deactivated`);
  if (hasAllMqRights(user.userType)) {
    return { allowed: true, code: 'ALL_RIGHTS', reason: `users of type ${user.userType} need no grant` };
  }
  if (row === undefined) return no('NAMESPACE_UNKNOWN', `there is no namespace ${namespace}`);
  if (level === RoleLevel.none) return no('NO_GRANT', `${user.username} has no role in ${namespace}`);
  if (level < needed) {
    return no('ROLE_TOO_LOW', `${user.username} may only subscribe in ${namespace}; publishing needs the role pub`);
  }
  return { allowed: true, code: 'GRANTED', reason: `the role of ${user.username} in ${namespace} is sufficient` };
}
