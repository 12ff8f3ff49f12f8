import { z } from 'zod';
import type { ApiMessage } from '../../../port.js';
import type { EngineAnswer } from '../../../port-questions.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { callerOf } from '../caller.js';
import { payloadOf, rowMaxCount } from '../payload-of-request.js';
import { largeBodyLimitBytes, readExactRowBodies } from '../request-body.js';
import { refusals } from '../schemas/fields.js';
import { compression, payloadFormat, publishReply, topicName } from '../schemas/messages.js';
import { namespaceName } from '../schemas/namespaces.js';

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
export async function publishRoutes(app: AdminApp, context: AdminContext): Promise<void> {
  await app.register(async (scope) => {
    readExactRowBodies(scope);
    publishRoute(scope, context);
  });
}

function publishRoute(app: AdminApp, context: AdminContext): void {
  app.post(
    '/api/publish',
    {
      bodyLimit: largeBodyLimitBytes,
      config: {
        access: 'administrator',
        needsMqRights: true,
        audit: { opType: 'publish', targetType: 'topic' },
        refuses: [404, 409],
      },
      schema: {
        summary: 'Publish a test message',
        description:
          'Published under your username. `data` is text for `string`, base64 for `bytes`, and an array of row objects for DataFrames; integers keep all their digits. The limits of each format apply.',
        tags: ['topics'],
        body: publishRequest,
        response: { 200: publishReply, ...refusals },
      },
    },
    async (request) => {
      const { namespace, topic, format } = request.body;
      const { id: userId, username } = callerOf(request).user;
      Object.assign(request.audit, { target: topic, namespace });
      await checkNamespaceIsActive(namespace, context);
      const { payload, formatCode, flags } = payloadOf(request.body);
      const message = { userId, username, namespace, topic, format: formatCode, flags, payload };
      const { sequence, epoch, receivedAtUs, subscriberCount } = await publish(message, context);
      request.audit.after = { format, payload_bytes: payload.length, sequence };
      return {
        status: 'published' as const,
        sequence,
        epoch,
        received_at: new Date(receivedAtUs / 1_000).toISOString(),
        payload_bytes: payload.length,
        subscriber_count: subscriberCount,
      };
    },
  );
}

async function checkNamespaceIsActive(name: string, { store }: AdminContext): Promise<void> {
  const row = await store.namespaces.byName(name);
  if (row === undefined) throw notFound('namespace', name);
  if (!row.isActive) throw new ApiError(409, 'NAMESPACE_INACTIVE', `namespace ${name} is deactivated`);
}

/** Throws 409 when the engine refuses the message because a limit is reached, 503 when it was delivered and could not be stored. */
async function publish(
  message: ApiMessage,
  { questions }: AdminContext,
): Promise<Extract<EngineAnswer, { kind: 'published' }>> {
  const answer = await questions.publish(message);
  if (answer.kind === 'refused') throw new ApiError(409, 'LIMIT_REACHED', answer.text);
  if (answer.kind === 'notStored') throw new ApiError(503, 'NOT_STORED', answer.text);
  if (answer.kind !== 'published') throw new Error(`the engine answered ${answer.kind} to a publish`);
  return answer;
}
