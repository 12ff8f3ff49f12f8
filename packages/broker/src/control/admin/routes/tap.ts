import type { Tapped } from '../../engine-taps.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, notFound } from '../api-error.js';
import { eventStream, integer, refusals } from '../schemas/fields.js';
import { topicPattern } from '../schemas/messages.js';
import { namespaceName } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';
import { shownDelivery } from '../shown/shown-message.js';
import { DecodeBudget } from '../streams/decode-budget.js';
import { type EventStream, jsonFrame, unreadMaxBytes } from '../streams/event-stream.js';
import type { EventStreams } from '../streams/event-streams.js';

/** Taps that may be open at once: each costs the engine a copy of every message it shows. */
const tapMaxCount = 20;
const rateMax = 1_000;

/** Streams of messages as they are published. */
export function tapRoutes(app: AdminApp, { store, taps, questions }: AdminContext, streams: EventStreams): void {
  const budget = new DecodeBudget();

  app.get(
    '/api/tap',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', needsMqRights: true, refuses: [404, 429] },
      schema: {
        summary: 'Stream messages as they are published',
        description:
          'Server-sent events `messages`, a few times a second while there are messages. Shows at most `max_rate` messages a second, fewer when they are large or the reader is slow; `seen_total` counts all of them. The stream ends when the reader disconnects or its log-in ends.',
        tags: ['live'],
        querystring: strictQuery({
          namespace: namespaceName,
          pattern: topicPattern.default('>'),
          max_rate: integer(1, rateMax, 50),
        }),
        response: { 200: eventStream('Events `messages`, each a TapBatch'), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, pattern, max_rate } = request.query;
      if ((await store.namespaces.byName(namespace)) === undefined) throw notFound('namespace', namespace);
      if (taps.openCount >= tapMaxCount) {
        throw new ApiError(429, 'TOO_MANY_TAPS', `${tapMaxCount} taps are open, the limit; close one of them`, {
          retryAfterSeconds: 5,
        });
      }
      let onTapped: (tapped: Tapped) => void = () => {};
      const close = taps.open({ namespace, pattern, maxRate: max_rate }, (tapped) => onTapped(tapped));
      try {
        // The answer begins when the tap is open in the engine, so the reader sees every message that is published after it.
        await questions.caughtUp();
        const stream = streams.open(request, reply);
        onTapped = batchWriter(stream, budget);
        stream.onEnd(close);
      } catch (error) {
        close();
        throw error;
      }
    },
  );
}

/**
 * Writes what a tap saw to a stream. A reader that is behind misses messages, and later gets the count of all. So do messages that would
 * make a batch longer than what a reader may leave unread.
 */
function batchWriter(stream: EventStream, budget: DecodeBudget): (tapped: Tapped) => void {
  let shownTotal = 0;
  return ({ messages, seenTotal }) => {
    if (stream.isBehind) return;
    const shown: string[] = [];
    let chars = 0;
    for (const bytes of messages) {
      const message = budget.spend(() => JSON.stringify(shownDelivery(bytes)));
      if (message === undefined) break;
      chars += message.length;
      if (chars > unreadMaxBytes && shown.length > 0) break;
      shown.push(message);
    }
    shownTotal += shown.length;
    // As a TapBatch.
    const totals = `"shown_total":${shownTotal},"seen_total":${seenTotal}`;
    stream.write(jsonFrame('messages', `{"messages":[${shown.join(',')}],${totals}}`));
  };
}
