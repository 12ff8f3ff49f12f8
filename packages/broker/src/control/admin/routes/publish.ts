import { DataFrame, type EncodedPayload, encodePayload } from '@pulsemq/codecs';
import { PayloadTooLargeError, type PublishRequest, PulseMQError } from '@pulsemq/protocol';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, badInput, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { largeBodyLimitBytes } from '../request-body.js';
import { refusals } from '../schemas/fields.js';
import { compression, payloadFormat, publishReply, topicName } from '../schemas/messages.js';
import { namespaceName } from '../schemas/namespaces.js';

/** A DataFrame by this way is a test message, which this thread has to build. */
const rowMaxCount = 20_000;
const columnMaxCount = 1_000;
const cellMaxCount = 500_000;

const publishRequest = z.strictObject({
  namespace: namespaceName,
  topic: topicName,
  format: payloadFormat,
  compress: compression.optional(),
  data: z.union([z.string(), z.array(z.record(z.string(), z.unknown())).max(rowMaxCount)], {
    error: `must be a text, or an array of at most ${rowMaxCount} row objects`,
  }),
});

/** Publishing a message by hand. */
export function publishRoutes(app: AdminApp, { store, questions }: AdminContext): void {
  app.post(
    '/api/publish',
    {
      bodyLimit: largeBodyLimitBytes,
      config: { access: 'administrator', audit: { opType: 'publish', targetType: 'topic' }, refuses: [404, 409] },
      schema: {
        summary: 'Publish a test message',
        description:
          'Under your name. `data` is text for `string`, base64 for `bytes`, an array of row objects for the DataFrames. The limits of the formats hold.',
        tags: ['topics'],
        body: publishRequest,
        response: { 200: publishReply, ...refusals },
      },
    },
    async (request) => {
      const { namespace, topic, format } = request.body;
      const { user } = callerOf(request);
      Object.assign(request.audit, { target: topic, namespace });
      const row = await store.namespaces.byName(namespace);
      if (row === undefined) throw notFound('namespace', namespace);
      if (!row.isActive) throw new ApiError(409, 'NAMESPACE_INACTIVE', `namespace ${namespace} is deactivated`);
      const { payload, formatCode, flags } = encoded(request.body);
      const answer = await questions.ask({
        kind: 'publish',
        userId: user.id,
        username: user.username,
        namespace,
        topic,
        format: formatCode,
        flags,
        payload,
      });
      if (answer.kind === 'refused') throw new ApiError(409, 'LIMIT_REACHED', answer.text);
      if (answer.kind !== 'published') throw new Error(`the engine answered ${answer.kind} to a publish`);
      request.audit.after = { format, payload_bytes: payload.length, sequence: answer.sequence };
      return {
        status: 'published' as const,
        sequence: answer.sequence,
        epoch: answer.epoch,
        received_at: new Date(answer.receivedAtUs / 1_000).toISOString(),
        payload_bytes: payload.length,
        subscriber_count: answer.subscriberCount,
      };
    },
  );
}

/** Throws 400 for data the format cannot hold, 413 for too much of it. */
function encoded({ format, compress, data }: z.output<typeof publishRequest>): EncodedPayload {
  try {
    return encodePayload({ format, data: dataOf(format, data), compress });
  } catch (error) {
    if (error instanceof PayloadTooLargeError) throw new ApiError(413, 'TOO_LARGE', error.message);
    if (error instanceof PulseMQError) throw badInput('body.data', error.message);
    throw error;
  }
}

/** What the codec takes. */
function dataOf(format: PublishRequest['format'], data: PublishRequest['data']): unknown {
  const isText = typeof data === 'string';
  if (format === 'string' || format === 'bytes') {
    if (!isText) throw badInput('body.data', `must be ${format === 'string' ? 'text' : 'base64'} for format ${format}`);
    return format === 'string' ? data : bytesOf(data);
  }
  if (isText) throw badInput('body.data', `must be an array of row objects for format ${format}`);
  checkSize(data);
  return DataFrame.from(data);
}

function checkSize(rows: readonly object[]): void {
  const names = new Set<string>();
  for (const row of rows) {
    for (const name of Object.keys(row)) names.add(name);
    if (names.size > columnMaxCount) throw badInput('body.data', `has more than ${columnMaxCount} columns, the limit`);
  }
  const cellCount = names.size * rows.length;
  if (cellCount > cellMaxCount) throw badInput('body.data', `has ${cellCount} cells, the limit is ${cellMaxCount}`);
}

/** Node's decoder drops what is no base64; here that is a mistake. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw badInput('body.data', 'must be base64, with its padding');
  return bytes;
}
