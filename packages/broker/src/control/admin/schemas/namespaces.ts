import { type ApiGrant, type ApiNamespace, checkNamespace, grantRoles } from '@pulsemq/protocol';
import { z } from 'zod';

/** A valid name of a namespace. */
export const namespaceName = z
  .string()
  .max(1_000)
  .superRefine((name, context) => {
    const problem = checkNamespace(name);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ pattern: '^[A-Za-z0-9_]{1,32}$', not: { const: 'system' } });

// SQLite ends a text at a NUL, and a description is one line, so control characters are refused. Half a surrogate pair would come back
// as another character.
const description = z
  .string()
  .max(1_000)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'must not contain control characters or half a surrogate pair' })
  // For readers of the document whose regular expressions have no Unicode classes.
  .meta({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' });

export const grantRole = z.enum(grantRoles);

export const apiNamespace = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string(),
    created_by: z.string(),
    is_active: z.boolean(),
    keep_last_value: z.boolean(),
    history: z.boolean(),
    created_at: z.string(),
    topic_count: z.int(),
    grant_count: z.int(),
  })
  .meta({ id: 'ApiNamespace' }) satisfies z.ZodType<ApiNamespace>;

/** Answer to a deactivation that acts and waits to be stored. */
export const keptNamespace = {
  description: 'The deactivation acts now. The store cannot be written; the change is kept in a file until it can',
  content: { 'application/json': { schema: z.object({ ...apiNamespace.shape, stored: z.literal(false) }) } },
};

export const createNamespace = z.strictObject({
  name: namespaceName,
  description: description.default(''),
  keep_last_value: z.boolean().default(false),
  history: z.boolean().default(false),
});

export const updateNamespace = z.strictObject({
  description: description.optional(),
  is_active: z.boolean().optional(),
  keep_last_value: z.boolean().optional(),
  history: z.boolean().optional(),
});

export const apiGrant = z
  .object({
    user_id: z.int(),
    username: z.string(),
    namespace_id: z.int(),
    namespace: z.string(),
    role: grantRole,
    granted_by: z.string(),
    granted_at: z.string(),
  })
  .meta({ id: 'ApiGrant' }) satisfies z.ZodType<ApiGrant>;
