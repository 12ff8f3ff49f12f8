import type { JournalState } from '@pulsemq/protocol';
import { segmentFiles } from '../../journal/segment-files.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { notFound } from '../api-error.js';
import { goneSignal } from '../gone-signal.js';
import { refusals } from '../schemas/fields.js';
import { journalCheck, journalState, segmentParams } from '../schemas/journal.js';

/** The journal of namespaces that keep history. */
export function journalRoutes(app: AdminApp, context: AdminContext): void {
  app.get(
    '/api/journal',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Get the state of the journal',
        description:
          'Its settings, what it has stored since the broker started, and its files, newest first: at most 1,000 of them. Retention removes the oldest file past `max_bytes` or `max_age_hours`.',
        tags: ['statistics'],
        response: { 200: journalState, ...refusals },
      },
    },
    async () => stateOf(context),
  );

  app.get(
    '/api/journal/segments/:number/check',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', refuses: [404, 429] },
      schema: {
        summary: 'Check a file of the journal',
        description:
          'Reads the whole file in a process of its own, and lists what is damaged, at most 1,000 places. A file that is still being written may end with an incomplete block. One file is checked at a time.',
        tags: ['statistics'],
        params: segmentParams,
        response: { 200: journalCheck, ...refusals },
      },
    },
    async (request, reply) => {
      const { number } = request.params;
      const question = { folder: context.journalFolder, segment: number };
      const check = await context.segmentChecks.check(question, goneSignal(reply));
      if (check === null) throw notFound('segment', number);
      return check;
    },
  );
}

async function stateOf({ store, config, monitor, journalFolder }: AdminContext): Promise<JournalState> {
  const settings = config.config.journal;
  const figures = monitor.counters.journal;
  const { segmentCount, segments } = await segmentFiles(journalFolder);
  const listedBytes = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    namespaces: (await store.namespaces.all()).filter(({ history }) => history).map(({ name }) => name),
    folder: journalFolder,
    fsync: settings.fsync,
    sync_interval_ms: settings.sync_interval_ms,
    max_bytes: settings.max_bytes,
    max_age_hours: settings.max_age_hours,
    bytes: Math.max(figures?.bytes ?? 0, listedBytes),
    segment_count: segmentCount,
    totals:
      figures === null
        ? null
        : {
            stored_total: figures.storedCount,
            discarded_total: figures.discardedCount,
            waiting_bytes: figures.waitingBytes,
            is_suspended: figures.isSuspended,
          },
    segments,
  };
}
