import {
  type Alert,
  type AlertRule,
  alertKinds,
  alertStates,
  type CreatedWebhook,
  type Webhook,
  type WebhookAttempt,
} from '@pulsemq/protocol';
import { z } from 'zod';
import { topicPattern } from './messages.js';
import { namespaceName } from './namespaces.js';

const alertKind = z.enum(alertKinds);

/** One line that people read. */
const title = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'must not contain control characters or half a surrogate pair' })
  .meta({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' });

const daySeconds = 86_400;

const ruleFields = {
  name: title,
  namespace: namespaceName.nullable(),
  pattern: topicPattern.nullable(),
  threshold: z.number().min(1).max(1e9),
  for_s: z.int().min(0).max(daySeconds),
  is_enabled: z.boolean(),
};

export const createAlertRule = z.strictObject({
  name: ruleFields.name,
  kind: alertKind,
  namespace: ruleFields.namespace.default(null),
  pattern: ruleFields.pattern.default(null),
  threshold: ruleFields.threshold.optional(),
  for_s: ruleFields.for_s.default(0),
  is_enabled: ruleFields.is_enabled.default(true),
});

export const updateAlertRule = z.strictObject(ruleFields).partial();

export const alertRule = z
  .object({
    id: z.int(),
    name: z.string(),
    kind: alertKind,
    namespace: z.string().nullable(),
    pattern: z.string().nullable(),
    threshold: z.number(),
    for_s: z.int(),
    is_enabled: z.boolean(),
  })
  .meta({ id: 'AlertRule' }) satisfies z.ZodType<AlertRule>;

export const alert = z
  .object({
    id: z.int(),
    rule_id: z.int(),
    rule_name: z.string(),
    kind: alertKind,
    state: z.enum(alertStates),
    text: z.string(),
    value: z.number(),
    started_at: z.string(),
    resolved_at: z.string().nullable(),
    acknowledged_at: z.string().nullable(),
    acknowledged_by: z.string().nullable(),
    muted_until: z.string().nullable(),
  })
  .meta({ id: 'Alert' }) satisfies z.ZodType<Alert>;

/** Minutes of a mute: at most a week, so that none is forgotten. */
export const muteAlert = z.strictObject({ minutes: z.int().min(0).max(10_080) });

const webhookUrl = z
  .string()
  .max(2_000)
  .refine(isWebhookUrl, { error: 'must be a URL that begins with http:// or https:// and has no user and password' });

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

export const createWebhook = z.strictObject({ name: title, url: webhookUrl, is_enabled: z.boolean().default(true) });

export const updateWebhook = z.strictObject({ name: title, url: webhookUrl, is_enabled: z.boolean() }).partial();

export const webhookAttempt = z
  .object({ at: z.string(), is_ok: z.boolean(), status: z.int().nullable(), error: z.string().nullable() })
  .meta({ id: 'WebhookAttempt' }) satisfies z.ZodType<WebhookAttempt>;

export const webhook = z
  .object({
    id: z.int(),
    name: z.string(),
    url: z.string(),
    is_enabled: z.boolean(),
    waiting_count: z.int(),
    lost_count: z.int(),
    last_attempt: webhookAttempt.nullable(),
  })
  .meta({ id: 'Webhook' }) satisfies z.ZodType<Webhook>;

export const createdWebhook = webhook.extend({ secret: z.string() }) satisfies z.ZodType<CreatedWebhook>;
