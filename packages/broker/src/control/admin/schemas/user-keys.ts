import { type ApiUserKey, userKeyKinds } from '@pulsemq/protocol';
import { z } from 'zod';

export const apiUserKey = z
  .object({
    id: z.int(),
    kind: z.enum(userKeyKinds),
    key: z.string(),
    name: z.string(),
    created_by: z.string(),
    created_at: z.string(),
  })
  .meta({ id: 'ApiUserKey' }) satisfies z.ZodType<ApiUserKey>;

/** Room for a certificate in PEM. */
const keyMaxLength = 20_000;

export const addUserKey = z.strictObject({
  kind: z.enum(userKeyKinds).default('curve'),
  key: z.string().min(1).max(keyMaxLength),
  name: z.string().max(100).default(''),
});
