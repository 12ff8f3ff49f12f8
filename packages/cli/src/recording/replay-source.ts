import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { type DataFrame, PreciseDate, PulseMQError, SerializedPayload } from '@pulsemq/client';
import { matchPattern } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';
import type { CellType } from '../input/column-types.js';
import { readCsv } from '../input/csv-rows.js';
import { frameOf, topicOf } from '../input/row-batches.js';
import { TopicTemplate } from '../input/topic-template.js';
import type { Address } from '../options/address.js';
import { RecordingReader } from './recording-reader.js';

/** A message with the time it is due at. */
export interface TimedMessage {
  readonly address: Address;
  /** Unix milliseconds: when the broker received it, or the time column of its row. */
  readonly timeMs: number;
  readonly data: SerializedPayload | DataFrame;
  readonly doNotConflate: boolean;
}

/** The options that decide what is replayed. */
export interface ReplaySettings {
  /** CSV only. */
  readonly topic?: string;
  /** CSV only. */
  readonly timeColumn?: string;
  /** CSV only: columns to read as text. */
  readonly text?: readonly string[];
  readonly namespace?: string;
  /** Replay only topics that match; without it, all. */
  readonly only?: Address;
  /** Publish in this namespace. */
  readonly toNamespace?: string;
  readonly originalTimes?: boolean;
}

/** The messages of a file, and, once they have been read, the damage of the file. */
export interface ReplaySource {
  readonly messages: AsyncIterable<TimedMessage>;
  readonly damage: () => string | null;
}

/** Opens a CSV file if the name ends with .csv, else a recording. Throws a CommandError when it is neither. */
export const replaySource = (file: string, source: Readable, settings: ReplaySettings): Promise<ReplaySource> =>
  extname(file).toLowerCase() === '.csv' ? csvSource(source, settings) : recordingSource(file, source, settings);

async function recordingSource(file: string, source: Readable, settings: ReplaySettings): Promise<ReplaySource> {
  if (settings.topic !== undefined) throw usageError('--topic is for CSV; a recording contains its topics');
  const reader = new RecordingReader(source);
  await reader.open(file);
  return { messages: recordedMessages(reader, settings), damage: () => reader.damage };
}

async function* recordedMessages(reader: RecordingReader, settings: ReplaySettings): AsyncGenerator<TimedMessage> {
  const { only, toNamespace, originalTimes } = settings;
  for await (const one of reader.messages()) {
    if (only !== undefined && (one.namespace !== only.namespace || !matchPattern(only.name, one.topic))) continue;
    // A snapshot image is the last value from before the recording, so it was not published at this time.
    if (one.isSnapshot) continue;
    yield {
      address: { namespace: toNamespace ?? one.namespace, name: one.topic },
      timeMs: one.receivedAtUs === 0 ? one.publishedAtMs : one.receivedAtUs / 1_000,
      data: new SerializedPayload(one.payload, {
        format: one.format,
        compressed: one.compressed,
        timestampMs: originalTimes ? one.publishedAtMs : undefined,
      }),
      doNotConflate: one.doNotConflate,
    };
  }
}

async function csvSource(source: Readable, settings: ReplaySettings): Promise<ReplaySource> {
  if (settings.topic === undefined) throw usageError("CSV needs a topic, such as --topic 'market:{symbol}.kline.1d'");
  const topic = new TopicTemplate(settings.topic, settings.toNamespace ?? settings.namespace);
  return { messages: csvMessages(source, topic, settings), damage: () => null };
}

const timeNames = ['time', 'timestamp', 'datetime', 'date', 'ts'];

async function* csvMessages(
  source: Readable,
  topic: TopicTemplate,
  settings: ReplaySettings,
): AsyncGenerator<TimedMessage> {
  const csv = await readCsv(source, settings.text);
  topic.requireColumns(csv.columns);
  const column = timeColumnOf(csv.columns, settings.timeColumn);
  const type = csv.types[column]!;
  for await (const one of csv.rows) {
    const address = topicOf(topic, csv.columns, one);
    if (settings.only !== undefined && !matchPattern(settings.only.name, address.name)) continue;
    const timeMs = cellTimeMs(one.texts[column] ?? '', type);
    if (Number.isNaN(timeMs)) {
      throw usageError(
        `line ${one.line}: ${JSON.stringify(one.texts[column] ?? '')} in the column ${csv.columns[column]} is not a time`,
      );
    }
    yield { address, timeMs, data: frameOf([one.row], csv.columns, csv.types), doNotConflate: false };
  }
}

function timeColumnOf(columns: readonly string[], name: string | undefined): number {
  const at = columns.findIndex((column) =>
    name === undefined ? timeNames.includes(column.toLowerCase()) : column === name,
  );
  if (at >= 0) return at;
  const problem =
    name === undefined ? `no column is named ${timeNames.join(', ')}` : `there is no column ${JSON.stringify(name)}`;
  throw usageError(`${problem}; give one of these to --time-column: ${columns.join(', ')}`);
}

/**
 * Unix milliseconds from a cell; NaN when it is not a time. Text is ISO 8601. A number is Unix time in seconds, milliseconds,
 * microseconds or nanoseconds, which its size tells.
 */
function cellTimeMs(text: string, type: CellType): number {
  if (text === '') return Number.NaN;
  if (type !== 'integer' && type !== 'float') return isoTimeMs(text);
  const value = Number(text);
  if (value < 1e11) return value * 1_000;
  return value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
}

function isoTimeMs(text: string): number {
  try {
    return PreciseDate.from(text).getTime();
  } catch (error) {
    if (error instanceof PulseMQError) return Number.NaN;
    throw error;
  }
}
