import { hasAllMqRights, mayUseMq, RoleLevel } from '@pulsemq/protocol';
import { z } from 'zod';
import type { HistoryFormat } from '../../history/history-job.js';
import type { NamespaceRow, UserRow } from '../../store/rows.js';
import type { Store } from '../../store/store.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { ApiError, forbidden, notFound } from '../api-error.js';
import { goneSignal } from '../gone-signal.js';
import { refusals } from '../schemas/fields.js';
import { barsOf, historyQuery } from '../schemas/history-query.js';
import { checkRange } from '../schemas/history-range.js';

const mediaTypes: Readonly<Record<HistoryFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
};

const file = { schema: z.any() };

/** The messages of the journal as rows. */
export function messageHistoryRoutes(app: AdminApp, { store, history, journalFolder }: AdminContext): void {
  app.get(
    '/api/history',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', needsMqRights: true, takesUserToken: true, refuses: [404, 409, 429] },
      schema: {
        summary: 'Read the history of topics as rows',
        description:
          'Of the topics of a namespace that match the pattern, in the order in which this broker accepted the messages. Rows of DataFrames and JSON objects have the columns `_topic`, `_sequence` and `_received_at`, and then those of the payloads; any other payload is the column `value`. `from` and `from_sequence` are included, so is `to_sequence`; `to` is not, but a date stands for its whole day. A range that ends before it begins is refused, and so is a field that this route does not have. `columns` chooses columns of payloads, separated by commas. With `every`, such as `1m`, the rows are bars of each topic, by time of receipt: `_topic`, `_start`, `open`, `high`, `low`, `close`, `volume` with `size`, and `count`; `price` and `size` name the columns of the payloads, and `zone` is the time zone whose midnight begins a day. For administrators, and for users who may subscribe, with name and token by HTTP Basic.',
        tags: ['topics'],
        querystring: historyQuery,
        response: {
          200: {
            description: 'The rows',
            headers: {
              'X-Row-Count': z.string().meta({ description: 'Rows of the answer' }),
              'X-Has-More': z.enum(['true', 'false']).meta({ description: 'Whether there are more rows than `limit`' }),
              'X-Replaced-Count': z
                .string()
                .meta({ description: 'Texts in which half a surrogate pair was replaced by U+FFFD' }),
            },
            content: {
              'application/json': file,
              'text/csv': file,
              'application/vnd.apache.arrow.stream': file,
              'application/vnd.apache.parquet': file,
            },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { namespace, pattern, from, to, format, limit, columns, from_sequence, to_sequence } = request.query;
      checkRange(request.query);
      const bars = barsOf(request.query);
      await checkNamespace(store, namespace, request.tokenUser);
      const answer = await history.ask(
        {
          folder: journalFolder,
          namespace,
          pattern,
          fromUs: from ?? 0,
          toUs: to ?? Number.MAX_SAFE_INTEGER,
          fromSequence: from_sequence,
          toSequence: to_sequence,
          columns: columns ?? null,
          bars,
          limitCount: limit,
          format,
        },
        goneSignal(reply),
      );
      return reply
        .type(mediaTypes[format])
        .headers({
          'x-row-count': String(answer.rowCount),
          'x-has-more': String(answer.hasMore),
          'x-replaced-count': String(answer.replacedCount),
        })
        .send(answer.body);
    },
  );
}

/** Throws 404 for an unknown namespace, 403 for a user who may not subscribe to it, and 409 for one without history. */
async function checkNamespace(store: Store, name: string, user: UserRow | null): Promise<void> {
  const namespace = await store.namespaces.byName(name);
  if (user !== null && !(await maySubscribe(store, user, namespace))) {
    throw forbidden(
      `user ${user.username} may not subscribe in namespace ${name}; an administrator can grant the role sub`,
    );
  }
  if (namespace === undefined) throw notFound('namespace', name);
  if (namespace.history) return;
  const text = `namespace ${name} does not keep history; set history with PUT /api/namespaces/${namespace.id}`;
  throw new ApiError(409, 'NOT_KEPT', text);
}

async function maySubscribe(store: Store, user: UserRow, namespace: NamespaceRow | undefined): Promise<boolean> {
  if (!mayUseMq(user.userType) || namespace?.isActive === false) return false;
  if (hasAllMqRights(user.userType)) return true;
  const grants = await store.grants.ofUser(user.id);
  const role = grants.find(({ namespaceId }) => namespaceId === namespace?.id)?.role;
  return role !== undefined && RoleLevel[role] >= RoleLevel.sub;
}
