import {
  checkPattern,
  checkTopic,
  compressionAlgorithms,
  type LastValue,
  type PublishReply,
  payloadFormats,
  type ShownContent,
  type ShownMessage,
  type TapBatch,
  type TopicSubscriber,
  topicMaxLength,
} from '@pulsemq/protocol';
import { z } from 'zod';

const checked = (check: (text: string) => string | undefined, pattern: string) =>
  z
    .string()
    .max(topicMaxLength)
    .superRefine((text, context) => {
      const problem = check(text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .meta({ pattern });

const level = '[A-Za-z0-9_/-]{1,32}';
export const topicName = checked(checkTopic, `^${level}(\\.${level}){0,7}$`);
export const topicPattern = checked(checkPattern, `^((${level}|\\*)\\.){0,7}(${level}|\\*|>)$`);
export const payloadFormat = z.enum(payloadFormats);
export const compression = z.enum(compressionAlgorithms);

export const shownContent = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), text: z.string(), is_json: z.boolean(), is_cut: z.boolean() }),
    z.object({ kind: z.literal('bytes'), base64: z.string(), is_cut: z.boolean() }),
    z.object({
      kind: z.literal('table'),
      columns: z.array(z.object({ name: z.string(), dtype: z.string() })).readonly(),
      rows: z.array(z.array(z.unknown()).readonly()).readonly(),
      row_count: z.int(),
    }),
    z.object({ kind: z.literal('unreadable'), problem: z.string(), base64: z.string() }),
  ])
  .meta({ id: 'ShownContent' }) satisfies z.ZodType<ShownContent>;

export const shownMessage = z
  .object({
    namespace: z.string(),
    topic: z.string(),
    username: z.string(),
    epoch: z.int(),
    sequence: z.int(),
    published_at: z.string(),
    received_at: z.string(),
    format: payloadFormat,
    compressed: compression.nullable(),
    payload_bytes: z.int(),
    content: shownContent,
  })
  .meta({ id: 'ShownMessage' }) satisfies z.ZodType<ShownMessage>;

export const lastValue = z
  .object({
    message: shownMessage,
    is_stale: z.boolean(),
    age_ms: z.number(),
  })
  .meta({ id: 'LastValue' }) satisfies z.ZodType<LastValue>;

export const tapBatch = z
  .object({
    messages: z.array(shownMessage).readonly(),
    shown_total: z.int(),
    seen_total: z.int(),
  })
  .meta({ id: 'TapBatch' }) satisfies z.ZodType<TapBatch>;

export const topicSubscriber = z.object({
  connection_id: z.string(),
  user_id: z.int().nullable(),
  username: z.string().nullable(),
  pattern: z.string(),
}) satisfies z.ZodType<TopicSubscriber>;

export const publishReply = z.object({
  status: z.literal('published'),
  sequence: z.int(),
  epoch: z.int(),
  received_at: z.string(),
  payload_bytes: z.int(),
  subscriber_count: z.int(),
}) satisfies z.ZodType<PublishReply>;
