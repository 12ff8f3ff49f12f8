import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { type DataFrame, SerializedPayload } from '@pulsemq/client';
import { matchPattern } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';
import { type CellType, timeOf } from '../input/column-types.js';
import { readCsv } from '../input/csv-rows.js';
import { frameOf, topicOf } from '../input/row-batches.js';
import { TopicTemplate } from '../input/topic-template.js';
import type { Address } from '../options/address.js';
import { RecordingReader } from './recording-reader.js';

/** A message that is due at a time. */
export interface TimedMessage {
  readonly address: Address;
  /** When it was received or stands for, Unix milliseconds. */
  readonly timeMs: number;
  readonly data: SerializedPayload | DataFrame;
  readonly doNotConflate: boolean;
}

/** What of the command line decides what is replayed. */
export interface ReplaySettings {
  /** For CSV. */
  readonly topic?: string;
  readonly timeColumn?: string;
  readonly text?: readonly string[];
  readonly namespace?: string;
  /** Topics that are replayed; all without it. */
  readonly only?: Address;
  /** Publish under this namespace instead. */
  readonly toNamespace?: string;
  readonly originalTimes?: boolean;
}

/** Messages with their times, and what is wrong with the file once they have been read. */
export interface ReplaySource {
  readonly messages: AsyncIterable<TimedMessage>;
  readonly damage: () => string | null;
}

/** Opens a recording, or a CSV file with a time column, by the end of its name. */
export const replaySource = (file: string, source: Readable, settings: ReplaySettings): Promise<ReplaySource> =>
  extname(file).toLowerCase() === '.csv' ? csvSource(source, settings) : recordingSource(file, source, settings);

async function recordingSource(file: string, source: Readable, settings: ReplaySettings): Promise<ReplaySource> {
  if (settings.topic !== undefined) throw usageError('--topic is for CSV; a recording has its topics in it');
  const reader = new RecordingReader(source);
  await reader.open(file);
  return { messages: recordedMessages(reader, settings), damage: () => reader.damage };
}

async function* recordedMessages(reader: RecordingReader, settings: ReplaySettings): AsyncGenerator<TimedMessage> {
  const { only, toNamespace, originalTimes } = settings;
  for await (const one of reader.messages()) {
    if (only !== undefined && (one.namespace !== only.namespace || !matchPattern(only.name, one.topic))) continue;
    // A last value was kept before the recording began: it is no message of its time.
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
  if (settings.topic === undefined) throw usageError("CSV needs a topic: --topic 'market:{symbol}.kline.1d'");
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
    const timeMs = cellTimeMs(one.texts[column]!, type);
    if (Number.isNaN(timeMs)) {
      throw usageError(`line ${one.line}: ${JSON.stringify(one.texts[column])} in ${csv.columns[column]} is no time`);
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
    name === undefined ? `none of the columns is called ${timeNames.join(', ')}` : `there is no column ${name}`;
  throw usageError(`${problem}; --time-column names one of ${columns.join(', ')}`);
}

/** Text as ISO 8601; a number as Unix time in seconds, milliseconds, microseconds or nanoseconds, by its size. */
function cellTimeMs(text: string, type: CellType): number {
  if (type !== 'integer' && type !== 'float') return timeOf(text).getTime();
  const value = Number(text);
  if (text === '') return Number.NaN;
  if (value < 1e11) return value * 1_000;
  return value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
}
