import type { Registry } from 'prom-client';
import type { JournalCounters } from '../../port-journal.js';
import { counter, gauge } from './exported-values.js';

/** The figures of the journal for Prometheus: all zero while no namespace keeps history. */
export function addJournal(registry: Registry, figures: () => JournalCounters | null): void {
  gauge(registry, 'pulsemq_journal_bytes', 'Bytes of the segments of the journal.', () => figures()?.bytes ?? 0);
  gauge(registry, 'pulsemq_journal_segments', 'Segments of the journal.', () => figures()?.segmentCount ?? 0);
  gauge(
    registry,
    'pulsemq_journal_waiting_bytes',
    'Bytes of accepted messages that are not written yet.',
    () => figures()?.waitingBytes ?? 0,
  );
  gauge(registry, 'pulsemq_journal_suspended', '1 while the journal cannot be written.', () =>
    figures()?.isSuspended === true ? 1 : 0,
  );
  counter(
    registry,
    'pulsemq_journal_messages_total',
    'Messages written to the journal.',
    () => figures()?.storedCount ?? 0,
  );
  counter(
    registry,
    'pulsemq_journal_discarded_total',
    'Messages delivered and not stored, because the journal could not be written.',
    () => figures()?.discardedCount ?? 0,
  );
}
