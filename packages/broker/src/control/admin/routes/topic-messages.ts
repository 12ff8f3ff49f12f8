import { z } from 'zod';
import type { EngineAnswer, KeptValue } from '../../../port-questions.js';
import { connectionId } from '../../stats/connection-row.js';
import type { TopicRow } from '../../store/rows.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { idParams, page, queryFlag, refusals } from '../schemas/fields.js';
import { lastValue, topicSubscriber } from '../schemas/messages.js';
import { oneShownMaxBytes } from '../shown/shown-content.js';
import { shownValue, valuePayload } from '../shown/shown-message.js';

const tags = ['topics'];
const payloadBytes = z.instanceof(Buffer).meta({ type: 'string', format: 'binary' });
/** Frames 0 to 3 and the head of frame 4 of the longest names. */
const headMaxBytes = 1_024;
/** Subscribers of one topic that are looked at. */
const readerMaxCount = 10_000;

/** What passes through a topic, and to whom. */
export function topicMessageRoutes(app: AdminApp, { store, questions, monitor }: AdminContext): void {
  const topicOf = async (id: number): Promise<{ row: TopicRow; namespace: string }> => {
    const row = await store.topics.byId(id);
    if (row === undefined) throw notFound('topic', id);
    const namespace = await store.namespaces.byId(row.namespaceId);
    if (namespace === undefined) throw notFound('topic', id);
    return { row, namespace: namespace.name };
  };

  app.get(
    '/api/topics/:id/last',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'The last value of a topic',
        description:
          'Kept for namespaces with `keep_last_value`, and for other topics from the first time somebody asks; 404 with `NOT_KEPT` or `NOT_YET` while there is none. `raw=true` answers the bytes of the payload as they were sent.',
        tags,
        params: idParams,
        querystring: z.object({ raw: queryFlag.default(false) }),
        response: {
          200: {
            description: 'The last value, or the bytes of its payload',
            content: {
              'application/json': { schema: lastValue },
              'application/octet-stream': { schema: payloadBytes },
            },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { row, namespace } = await topicOf(request.params.id);
      const { raw } = request.query;
      const limitBytes = raw ? Number.MAX_SAFE_INTEGER : oneShownMaxBytes + headMaxBytes;
      const answer = await questions.ask({ kind: 'lastValue', namespace, topic: row.name, limitBytes });
      const value = keptValueOf(answer, `${namespace}:${row.name}`);
      if (!raw) {
        const age_ms = Math.max(0, Math.round(Date.now() - value.receivedAtUs / 1_000));
        return { message: shownValue(value), is_stale: value.isStale, age_ms };
      }
      const { payload, format, compressed } = valuePayload(value);
      reply.header('content-disposition', 'attachment').header('x-pulsemq-format', format);
      if (compressed !== null) reply.header('x-pulsemq-compressed', compressed);
      return reply.type('application/octet-stream').send(payload as never);
    },
  );

  app.get(
    '/api/topics/:id/subscribers',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Who reads a topic now, and by which pattern',
        tags,
        params: idParams,
        querystring: z.object(page),
        response: { 200: z.array(topicSubscriber), ...refusals },
      },
    },
    async (request, reply) => {
      const { row, namespace } = await topicOf(request.params.id);
      const { limit, offset } = request.query;
      const answer = await questions.ask({ kind: 'readers', namespace, topic: row.name, limitCount: readerMaxCount });
      const readers = answer.kind === 'readers' ? answer.readers : [];
      reply.header('x-total-count', readers.length);
      return readers.slice(offset, offset + limit).map((reader) => {
        const connection_id = connectionId(reader);
        const user_id = monitor.connections.userIdOf(connection_id);
        const username = user_id === null ? null : monitor.usernameOf(user_id);
        return { connection_id, user_id, username, pattern: reader.pattern };
      });
    },
  );
}

/** Throws 404 with the reason where there is none. */
function keptValueOf(answer: EngineAnswer, topic: string): KeptValue {
  if (answer.kind !== 'lastValue') throw new Error(`the engine answered ${answer.kind} for a last value`);
  if (answer.value !== null) return answer.value;
  switch (answer.state) {
    case 'noRoom':
      throw new ApiError(404, 'NOT_KEPT', `the last value of ${topic} is not kept: limits.snapshot_bytes is used up`);
    case 'notKept':
      throw new ApiError(404, 'NOT_KEPT', `the last value of ${topic} was not kept; from the next message on it is`);
    case 'unpublished':
      throw new ApiError(404, 'NOT_YET', `nothing was published to ${topic} since the broker started`);
    default:
      throw new ApiError(404, 'NOT_YET', `nothing was published to ${topic} since its last value is kept`);
  }
}
