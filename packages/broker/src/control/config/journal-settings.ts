import { z } from 'zod';
import type { JournalSettings } from '../../journal/thread-messages.js';

/** Settings of `journal`: where the messages of namespaces with `history` are kept, how safely, and for how long. */
export const journalSection = z.strictObject({
  dir: z
    .string()
    .min(1)
    .meta({ description: 'Folder for the messages of namespaces that keep history; made when the first one does' })
    .default('./journal'),
  fsync: z
    .enum(['none', 'interval', 'always'])
    .meta({
      description:
        'When messages are made durable: never by the broker, every `sync_interval_ms`, or before their publish is acknowledged',
    })
    .default('interval'),
  sync_interval_ms: z
    .int()
    .min(1)
    .max(60_000)
    .meta({ unit: 'ms', description: 'Interval of the policy `interval`' })
    .default(200),
  max_bytes: z
    .int()
    .min(16_777_216)
    .max(2 ** 50)
    .meta({ unit: 'bytes', description: 'Maximum bytes of history; past it the oldest messages are removed' })
    .default(10_737_418_240),
  max_age_hours: z
    .int()
    .min(1)
    .max(876_000)
    .meta({ unit: 'h', description: 'Maximum age of history; older messages are removed' })
    .default(168),
});

/** A closed file of the journal is removed as a whole, so a file must be a small part of what may be kept. */
const segmentMaxBytes = 268_435_456;
const segmentsMinCount = 4;
/** Half of it may wait before publishers are paused: 40 ms of what a fast disk writes. */
const ringBytes = 16_777_216;
const hourMs = 3_600_000;

/** The settings as the journal takes them. `folder` is the absolute path of `journal.dir`. */
export const journalSettings = (section: z.output<typeof journalSection>, folder: string): JournalSettings => ({
  folder,
  fsync: section.fsync,
  syncIntervalMs: section.sync_interval_ms,
  maxBytes: section.max_bytes,
  maxAgeMs: section.max_age_hours * hourMs,
  segmentBytes: Math.min(segmentMaxBytes, Math.floor(section.max_bytes / segmentsMinCount)),
  ringBytes,
});
