import type { Readable } from 'node:stream';
import type { PayloadFormat, Row } from '@pulsemq/client';
import { payloadLimitBytes } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';
import type { Address } from '../options/address.js';
import { lines } from './lines.js';
import { readWhole } from './source.js';
import type { TopicTemplate } from './topic-template.js';

/** How the input is cut into messages. */
export const inputKinds = ['lines', 'whole', 'jsonl', 'csv'] as const;
export type InputKind = (typeof inputKinds)[number];

/** One message to publish. */
export interface InputMessage {
  readonly address: Address;
  readonly data: unknown;
  /** Where it stands in the input. */
  readonly line: number;
}

/** What of the command line decides how messages are made. */
export interface InputSettings {
  readonly kind: InputKind;
  readonly topic: TopicTemplate;
  readonly format: PayloadFormat;
  /** Rows of CSV in a message. */
  readonly rowCount: number;
  readonly textColumns: readonly string[];
}

const isFrame = (format: PayloadFormat): boolean => format === 'df_msgpack' || format === 'df_pyarrow';

/** The format of a kind of input where none is asked for. */
export const defaultFormat = (kind: InputKind): PayloadFormat =>
  kind === 'csv' ? 'df_msgpack' : kind === 'whole' ? 'bytes' : 'string';

/** Messages of an input, one by one; what is not needed yet is not read yet. */
export async function* inputMessages(source: Readable, settings: InputSettings): AsyncGenerator<InputMessage> {
  switch (settings.kind) {
    case 'whole':
      return yield* wholeMessage(source, settings);
    case 'lines':
      return yield* lineMessages(source, settings);
    case 'jsonl':
      return yield* jsonMessages(source, settings);
    case 'csv':
      return yield* csvMessages(source, settings);
  }
}

async function* wholeMessage(source: Readable, { topic, format }: InputSettings): AsyncGenerator<InputMessage> {
  const bytes = await readWhole(source, payloadLimitBytes[format]);
  if (format === 'df_msgpack') throw usageError('--format df_msgpack takes rows: use --input csv or jsonl');
  yield { address: plainTopic(topic), data: format === 'string' ? textOf(bytes, 1) : bytes, line: 1 };
}

async function* lineMessages(source: Readable, { topic, format }: InputSettings): AsyncGenerator<InputMessage> {
  if (isFrame(format)) throw usageError(`--format ${format} takes rows: use --input csv or jsonl`);
  const address = plainTopic(topic);
  let line = 0;
  for await (const bytes of lines(source)) {
    line++;
    yield { address, data: format === 'string' ? textOf(bytes, line) : bytes, line };
  }
}

async function* jsonMessages(source: Readable, { topic, format }: InputSettings): AsyncGenerator<InputMessage> {
  let line = 0;
  for await (const bytes of lines(source)) {
    line++;
    if (bytes.length === 0) continue;
    const text = textOf(bytes, line);
    const value = jsonOf(text, line);
    const address = topic.addressOf((column) => fieldOf(value, column), line);
    if (!isFrame(format)) yield { address, data: format === 'string' ? text : bytes, line };
    else yield { address, data: rowsOf(value, line), line };
  }
}

async function* csvMessages(source: Readable, settings: InputSettings): AsyncGenerator<InputMessage> {
  const { topic, format, rowCount, textColumns } = settings;
  const [{ readCsv }, { frameOf, rowBatches }] = await Promise.all([
    import('./csv-rows.js'),
    import('./row-batches.js'),
  ]);
  const csv = await readCsv(source, textColumns);
  for await (const { address, rows, line } of rowBatches(csv, topic, isFrame(format) ? rowCount : 1)) {
    if (isFrame(format)) yield { address, data: frameOf(rows, csv.columns, csv.types), line };
    else yield { address, data: jsonPayload(rows[0]!, format), line };
  }
}

/** A row as JSON; integers that JSON would round are text. */
function jsonPayload(row: Row, format: PayloadFormat): string | Buffer {
  const text = JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return format === 'string' ? text : Buffer.from(text);
}

function plainTopic(topic: TopicTemplate): Address {
  if (topic.columns.length > 0) throw usageError(`{${topic.columns[0]}} in a topic needs --input csv or jsonl`);
  return topic.addressOf(() => undefined, 1);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer, line: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw usageError(`line ${line} is not UTF-8; --format bytes publishes it as it is`);
  }
}

function jsonOf(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`line ${line} is not JSON: ${(error as Error).message}`);
  }
}

function fieldOf(value: unknown, name: string): string | undefined {
  const field = (value as Record<string, unknown> | null)?.[name];
  return typeof field === 'string' || typeof field === 'number' ? String(field) : undefined;
}

/** An object is a row, an array of them a table. */
function rowsOf(value: unknown, line: number): Row[] {
  const rows = Array.isArray(value) ? value : [value];
  if (rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))) return rows;
  throw usageError(`line ${line} is neither an object nor an array of objects, as a DataFrame needs`);
}
