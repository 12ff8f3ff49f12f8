import { type ApiUser, usernamePattern, usernameRule, userTypes } from '@pulsemq/protocol';
import { z } from 'zod';
import { passwordMaxLength, passwordMinLength } from '../../auth/password-length.js';

export const username = z.string().regex(usernamePattern, { error: `must be ${usernameRule}` });

export const userType = z.enum(userTypes);

/** A password that a user chooses. */
export const newPassword = z
  .string()
  .min(passwordMinLength, { error: `must have at least ${passwordMinLength} characters` })
  .max(passwordMaxLength, { error: `must have at most ${passwordMaxLength} characters` });

export const apiUser = z
  .object({
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
  })
  .meta({ id: 'ApiUser' }) satisfies z.ZodType<ApiUser>;

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
