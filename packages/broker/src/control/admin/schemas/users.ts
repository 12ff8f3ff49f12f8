import { type ApiUser, userTypes } from '@pulsemq/protocol';
import { z } from 'zod';

/** What a username may be: it stands in frames, logs and pages. */
export const username = z
  .string()
  .regex(/^[A-Za-z0-9_.@-]{1,64}$/, { error: 'must be 1 to 64 characters of A-Z, a-z, 0-9, _ . @ -' });

export const userType = z.enum(userTypes);

export const passwordMinLength = 8;
export const passwordMaxLength = 256;

/** A password somebody chooses. */
export const newPassword = z
  .string()
  .min(passwordMinLength, { error: `must have at least ${passwordMinLength} characters` })
  .max(passwordMaxLength, { error: `must have at most ${passwordMaxLength} characters` });

export const apiUser = z.object({
  id: z.int(),
  username: z.string(),
  user_type: userType,
  is_active: z.boolean(),
  has_token: z.boolean(),
  has_password: z.boolean(),
  must_change_password: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
  session_count: z.int(),
}) satisfies z.ZodType<ApiUser>;

export const createUser = z.strictObject({
  username,
  user_type: userType.default('mq_normal'),
  password: newPassword.optional(),
});

export const createdUser = z.object({
  id: z.int(),
  username: z.string(),
  user_type: userType,
  token: z.string().optional(),
  password: z.string().optional(),
});

export const updateUser = z.strictObject({
  username: username.optional(),
  user_type: userType.optional(),
  is_active: z.boolean().optional(),
});
