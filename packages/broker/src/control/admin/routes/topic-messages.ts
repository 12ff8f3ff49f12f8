import { z } from 'zod';
import type { EngineAnswer, KeptValue } from '../../../port-questions.js';
import { connectionId } from '../../stats/connection-row.js';
import { topicCondition } from '../../stats/topic-statuses.js';
import type { Store } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { existingTopic } from '../lookups.js';
import { idParams, page, queryFlag, refusals } from '../schemas/fields.js';
import { lastValue, topicSubscriber } from '../schemas/messages.js';
import { strictQuery } from '../schemas/strict-query.js';
import { oneShownMaxBytes } from '../shown/shown-content.js';
import { shownValue, valuePayload } from '../shown/shown-message.js';

const tags = ['topics'];
/** Room for frames 0 to 3 and the head of frame 4, with the longest names. */
const headMaxBytes = 1_024;
/** Subscribers of one topic that the engine lists. */
const readerMaxCount = 10_000;

/** The last value of a topic, and its subscribers. */
export function topicMessageRoutes(app: AdminApp, context: AdminContext): void {
  addLastValue(app, context);
  addSubscribers(app, context);
}

/** Names of a topic and of its namespace. Throws 404. */
async function namesOf(id: number, store: Store): Promise<{ namespace: string; topic: string }> {
  const row = await existingTopic(store.topics, id);
  const namespace = await store.namespaces.byId(row.namespaceId);
  if (namespace === undefined) throw notFound('topic', id);
  return { namespace: namespace.name, topic: row.name };
}

const valueAnswer = {
  description: 'The last value, or the bytes of its payload',
  content: {
    'application/json': { schema: lastValue },
    'application/octet-stream': { schema: z.instanceof(Buffer).meta({ type: 'string', format: 'binary' }) },
  },
};

function addLastValue(app: AdminApp, { store, questions }: AdminContext): void {
  app.get(
    '/api/topics/:id/last',
    {
      config: { access: 'administrator', needsMqRights: true },
      schema: {
        summary: 'Get the last value of a topic',
        description:
          'The broker keeps last values in namespaces with `keep_last_value`, and of any other topic from the first such call on. 404 with `NOT_KEPT` or `NOT_YET` while there is none. `raw=true` answers the bytes of the payload as they were sent.',
        tags,
        params: idParams,
        querystring: strictQuery({ raw: queryFlag.default(false) }),
        response: {
          200: valueAnswer,
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { namespace, topic } = await namesOf(request.params.id, store);
      const { raw } = request.query;
      const limitBytes = raw ? Number.MAX_SAFE_INTEGER : oneShownMaxBytes + headMaxBytes;
      const answer = await questions.ask({ kind: 'lastValue', namespace, topic, limitBytes });
      const value = keptValueOf(answer, `${namespace}:${topic}`);
      if (!raw) {
        const age_ms = Math.max(0, Math.round(Date.now() - value.receivedAtUs / 1_000));
        return { message: shownValue(value), ...topicCondition(value.status, true), age_ms };
      }
      const { payload, format, compressed } = valuePayload(value);
      reply.header('content-disposition', 'attachment').header('x-pulsemq-format', format);
      if (compressed !== null) reply.header('x-pulsemq-compressed', compressed);
      return reply.type('application/octet-stream').send(payload as never);
    },
  );
}

/** Throws 404, with the reason, when the engine has no last value. */
function keptValueOf(answer: EngineAnswer, topic: string): KeptValue {
  if (answer.kind !== 'lastValue') throw new Error(`the engine answered ${answer.kind} for a last value`);
  if (answer.value !== null) return answer.value;
  switch (answer.state) {
    case 'noRoom':
      throw new ApiError(
        404,
        'NOT_KEPT',
        `the last value of ${topic} is not kept: limits.last_value_bytes is used up; raise it, or keep fewer last values`,
      );
    case 'notKept':
      throw new ApiError(404, 'NOT_KEPT', `the last value of ${topic} was not kept; the next message will be`);
    case 'unpublished':
      throw new ApiError(404, 'NOT_YET', `nothing was published to ${topic} since the broker started`);
    case 'notYet':
    case 'kept':
      throw new ApiError(
        404,
        'NOT_YET',
        `nothing was published to ${topic} since the broker began to keep its last value`,
      );
    default:
      return answer.state satisfies never;
  }
}

function addSubscribers(app: AdminApp, { store, questions, monitor }: AdminContext): void {
  app.get(
    '/api/topics/:id/subscribers',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List the current subscribers of a topic',
        description: 'Each with the pattern that matches the topic.',
        tags,
        params: idParams,
        querystring: strictQuery(page),
        response: { 200: z.array(topicSubscriber), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, topic } = await namesOf(request.params.id, store);
      const { limit, offset } = request.query;
      const answer = await questions.ask({ kind: 'readers', namespace, topic, limitCount: readerMaxCount });
      if (answer.kind !== 'readers') throw new Error(`the engine answered ${answer.kind} for the readers of a topic`);
      reply.header('x-total-count', answer.readers.length);
      return answer.readers.slice(offset, offset + limit).map((reader) => {
        const connection_id = connectionId(reader);
        const user_id = monitor.connections.userIdOf(connection_id);
        const username = user_id === null ? null : monitor.usernameOf(user_id);
        return { connection_id, user_id, username, pattern: reader.pattern };
      });
    },
  );
}
