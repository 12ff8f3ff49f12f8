import { z } from 'zod';
import { type LineFilter, matches, type RecentLines } from '../../logging/recent-lines.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { eventStream, id, integer, pageLimitMax, refusals, searchText } from '../schemas/fields.js';
import { logLevel, logLine } from '../schemas/logs.js';
import { strictQuery } from '../schemas/strict-query.js';
import { type EventStream, eventFrame } from '../streams/event-stream.js';
import type { EventStreams } from '../streams/event-streams.js';

const tags = ['logs'];

const filter = { level: logLevel.default('info'), text: searchText };

/** The newest lines of the log: pages, and a stream of those to come. */
export function logRoutes(app: AdminApp, { recentLines }: AdminContext, streams: EventStreams): void {
  app.get(
    '/api/logs',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'List the newest lines of the log',
        description:
          'Newest first, of the level and those above it. The broker keeps the newest 2,000 lines of this run, each with at most 2,000 characters; the log file has all. `before` is the id of the last line of the page before.',
        tags,
        querystring: strictQuery({
          ...filter,
          before: id.optional(),
          limit: integer(1, pageLimitMax, 200),
        }),
        response: { 200: z.array(logLine), ...refusals },
      },
    },
    async (request) => {
      const { limit, ...wanted } = request.query;
      return recentLines.newest(wanted, limit);
    },
  );

  app.get(
    '/api/logs/stream',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', refuses: [429] },
      schema: {
        summary: 'Stream the lines of the log as they are written',
        description:
          'Server-sent events `line`, each a LogLine. A reader that does not read in time misses lines; `GET /api/logs` has them. The stream ends when the reader disconnects or its log-in ends.',
        tags,
        querystring: strictQuery(filter),
        response: { 200: eventStream('Events `line`, each a LogLine'), ...refusals },
      },
    },
    (request, reply) => follow(recentLines, streams.open(request, reply), request.query),
  );
}

function follow(lines: RecentLines, stream: EventStream, wanted: LineFilter): void {
  const stop = lines.listen((line) => {
    if (!stream.isBehind && matches(line, wanted)) stream.write(eventFrame('line', line));
  });
  stream.onEnd(stop);
}
