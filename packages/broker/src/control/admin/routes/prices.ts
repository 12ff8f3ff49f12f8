import { z } from 'zod';
import { boardMaxCount, boardRowMaxCount } from '../../prices/price-boards.js';
import type { ColumnChoice } from '../../prices/price-row.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError } from '../api-error.js';
import { namespaceWithValues } from '../lookups.js';
import { eventStream, refusals } from '../schemas/fields.js';
import { topicPattern } from '../schemas/messages.js';
import { namespaceName } from '../schemas/namespaces.js';
import { strictQuery } from '../schemas/strict-query.js';
import type { EventStreams } from '../streams/event-streams.js';

const chosenColumnMaxCount = 100;

const columnChoice = z
  .string()
  .max(4_000)
  .refine((text) => text.split(',').length <= chosenColumnMaxCount, {
    error: `at most ${chosenColumnMaxCount} columns can be chosen`,
  })
  .optional();

/** The stream of newest values, as a board of prices shows it. */
export function priceRoutes(app: AdminApp, { store, boards }: AdminContext, streams: EventStreams): void {
  app.get(
    '/api/prices',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', needsMqRights: true, refuses: [404, 409, 429] },
      schema: {
        summary: 'Stream the newest values of topics as rows',
        description: `Server-sent events \`columns\`, \`rows\`, \`status\` and \`left_out\`, as PriceEvents describes them: first all topics that have a value, at most ${boardRowMaxCount.toLocaleString('en')}, then changes, at most four a second of each topic. Values are those of the last row of a DataFrame or of a JSON object; \`columns\` chooses some of them, separated by commas. The namespace must keep last values. Viewers of the same pattern share one feed of the broker. The stream ends when the reader disconnects or its log-in ends.`,
        tags: ['live'],
        querystring: strictQuery({
          namespace: namespaceName,
          pattern: topicPattern.default('>'),
          columns: columnChoice,
        }),
        response: { 200: eventStream('Events `columns`, `rows`, `status` and `left_out`'), ...refusals },
      },
    },
    async (request, reply) => {
      const { namespace, pattern, columns } = request.query;
      await namespaceWithValues(store.namespaces, namespace);
      const place = { namespace, pattern };
      if (boards.isFull(place)) {
        const text = `boards of ${boardMaxCount} patterns are open, the limit; close one of them`;
        throw new ApiError(429, 'TOO_MANY_BOARDS', text, { retryAfterSeconds: 5 });
      }
      boards.show(place, streams.open(request, reply), columns === undefined ? null : choiceOf(columns));
    },
  );
}

function choiceOf(text: string): ColumnChoice {
  const names = new Set(text.split(',').map((name) => name.trim()));
  return { key: [...names].sort().join(','), names };
}
