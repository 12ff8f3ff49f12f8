import type { JournalCheck, JournalDamage, JournalSegment, JournalState, JournalTotals } from '@pulsemq/protocol';
import { z } from 'zod';
import { id } from './fields.js';

/** Number of a segment in a path. */
export const segmentParams = z.object({ number: id });

const journalSegment = z
  .object({
    number: z.int(),
    bytes: z.int(),
    begun_at: z.string().nullable(),
    written_at: z.string(),
    is_open: z.boolean(),
  })
  .meta({ id: 'JournalSegment' }) satisfies z.ZodType<JournalSegment>;

const journalTotals = z
  .object({ stored_total: z.int(), discarded_total: z.int(), waiting_bytes: z.int(), is_suspended: z.boolean() })
  .meta({ id: 'JournalTotals' }) satisfies z.ZodType<JournalTotals>;

export const journalState = z
  .object({
    namespaces: z.array(z.string()).readonly(),
    folder: z.string(),
    fsync: z.enum(['none', 'interval', 'always']),
    sync_interval_ms: z.int(),
    max_bytes: z.int(),
    max_age_hours: z.int(),
    bytes: z.int(),
    segment_count: z.int(),
    totals: journalTotals.nullable(),
    segments: z.array(journalSegment).readonly(),
  })
  .meta({ id: 'JournalState' }) satisfies z.ZodType<JournalState>;

const journalDamage = z
  .object({ from_byte: z.int(), to_byte: z.int(), is_end: z.boolean(), reason: z.string() })
  .meta({ id: 'JournalDamage' }) satisfies z.ZodType<JournalDamage>;

export const journalCheck = z
  .object({
    number: z.int(),
    message_count: z.int(),
    damages: z.array(journalDamage).readonly(),
    missing_total: z.int(),
    index_problem: z.string().nullable(),
  })
  .meta({ id: 'JournalCheck' }) satisfies z.ZodType<JournalCheck>;
