import { type LastValueRow, matchPattern } from '@pulsemq/protocol';
import { z } from 'zod';
import type { KeptValue } from '../../../port-questions.js';
import { nextTurn } from '../../next-turn.js';
import { timeOfUs, topicCondition } from '../../stats/topic-statuses.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { namespaceWithValues } from '../lookups.js';
import { page, refusals } from '../schemas/fields.js';
import { lastValueRow, topicPattern } from '../schemas/messages.js';
import { namespaceName } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';
import { unreadable } from '../shown/shown-content.js';
import { listedValue } from '../shown/shown-message.js';

/** Values that the engine is asked for at once: it copies them in one turn. */
const askedCount = 32;
/** Bytes of one value that are decoded, and room for its first four frames. */
const valueMaxBytes = 65_536;
const headMaxBytes = 1_024;
/** Characters of all contents of a page. */
const pageMaxChars = 8_388_608;
/** Time after which other work of this thread gets a turn. */
const sliceMs = 5;

const noBytes = Buffer.alloc(0);

/** The last values of many topics. */
export function lastValueRoutes(app: AdminApp, context: AdminContext): void {
  app.get(
    '/api/last',
    {
      config: { access: 'administrator', needsMqRights: true, refuses: [404, 409] },
      schema: {
        summary: 'List the last values of topics',
        description:
          'Of the topics of a namespace that match the pattern and were published to since the broker started, by name. The namespace must keep last values. A value past 64 KiB, or past 8 MiB of one page, is `unreadable`, with the reason.',
        tags: ['topics'],
        querystring: strictQuery({ ...page, namespace: namespaceName, pattern: topicPattern.default('>') }),
        response: { 200: z.array(lastValueRow), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, pattern, limit, offset } = request.query;
      await namespaceWithValues(context.store.namespaces, namespace);
      const topics = await matchingTopics(context, namespace, pattern);
      reply.header('x-total-count', topics.length);
      return rowsOf(context, namespace, topics.slice(offset, offset + limit));
    },
  );
}

/** Topics that were published to in this run, by name. */
async function matchingTopics({ monitor }: AdminContext, namespace: string, pattern: string): Promise<string[]> {
  const found: string[] = [];
  let untilMs = performance.now() + sliceMs;
  for (const topic of [...monitor.topics.names(namespace)]) {
    if (pattern === '>' || matchPattern(pattern, topic)) found.push(topic);
    if (performance.now() < untilMs) continue;
    await nextTurn();
    untilMs = performance.now() + sliceMs;
  }
  return found.sort();
}

async function rowsOf(
  { monitor, questions }: AdminContext,
  namespace: string,
  topics: readonly string[],
): Promise<LastValueRow[]> {
  const rows: LastValueRow[] = [];
  let leftChars = pageMaxChars;
  for (let at = 0; at < topics.length; at += askedCount) {
    const asked = topics.slice(at, at + askedCount);
    const limitBytes = valueMaxBytes + headMaxBytes;
    const answer = await questions.ask({ kind: 'lastValues', namespace, topics: asked, limitBytes });
    if (answer.kind !== 'lastValues') throw new Error(`the engine answered ${answer.kind} for last values`);
    for (const [index, value] of answer.values.entries()) {
      const topic = asked[index]!;
      const row =
        value === null ? rowWithoutValue(monitor, namespace, topic) : rowOf(namespace, topic, value, leftChars);
      if (row === null) continue;
      leftChars -= JSON.stringify(row.content).length;
      rows.push(row);
    }
  }
  return rows;
}

function rowOf(namespace: string, topic: string, value: KeptValue, leftChars: number): LastValueRow {
  const { publisher, state } = topicCondition(value.status, true);
  const { epoch, sequence } = value;
  const message = listedValue(value, leftChars > 0 ? valueMaxBytes : 0);
  const isOver = leftChars <= 0;
  const content = isOver ? unreadable('the page is full; ask for fewer rows', noBytes) : message.content;
  const received_at = timeOfUs(value.receivedAtUs);
  return { namespace, topic, format: message.format, sequence, epoch, received_at, publisher, state, content };
}

/** A topic whose value the broker has no room for; null for one that is deleted. */
function rowWithoutValue(
  { topics, statuses }: AdminContext['monitor'],
  namespace: string,
  topic: string,
): LastValueRow | null {
  const live = topics.live(namespace, topic);
  if (live?.row == null) return null;
  const { publisher, state } = topicCondition(statuses.of(namespace, topic), true);
  const text =
    'the value is not kept: it came before the namespace kept last values, or limits.last_value_bytes is used up';
  return {
    namespace,
    topic,
    format: 'bytes',
    sequence: live.row.sequence,
    epoch: live.epoch,
    received_at: new Date(live.row.lastPublishedMs).toISOString(),
    publisher,
    state,
    content: unreadable(text, noBytes),
  };
}
