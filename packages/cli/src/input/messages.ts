import type { Readable } from 'node:stream';
import type { PayloadFormat, Row } from '@pulsemq/client';
import { payloadLimitBytes } from '@pulsemq/protocol';
import { usageError } from '../exit-code.js';
import type { Address } from '../options/address.js';
import { rowsFrame } from './json-rows.js';
import { lines } from './lines.js';
import { readWhole } from './source.js';
import type { TopicTemplate } from './topic-template.js';

/** How input is split into messages. */
export const inputKinds = ['lines', 'whole', 'jsonl', 'csv'] as const;
export type InputKind = (typeof inputKinds)[number];

/** One message to publish. */
export interface InputMessage {
  readonly address: Address;
  readonly data: unknown;
  /** Line of the input, from 1. */
  readonly line: number;
}

/** The options that decide how input becomes messages. */
export interface InputSettings {
  readonly kind: InputKind;
  readonly topic: TopicTemplate;
  readonly format: PayloadFormat;
  /** Rows of CSV per DataFrame. */
  readonly rowCount: number;
  readonly textColumns: readonly string[];
}

const isFrame = (format: PayloadFormat): boolean => format === 'df_msgpack' || format === 'df_pyarrow';

/** The payload format of a kind of input without --format. */
export function defaultFormat(kind: InputKind): PayloadFormat {
  switch (kind) {
    case 'csv':
      return 'df_msgpack';
    case 'whole':
      return 'bytes';
    case 'lines':
    case 'jsonl':
      return 'string';
    default:
      return kind satisfies never;
  }
}

/** The messages of an input, which is read no further than needed. Throws a CommandError that names the line of invalid input. */
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
    default:
      settings.kind satisfies never;
  }
}

async function* wholeMessage(source: Readable, { topic, format }: InputSettings): AsyncGenerator<InputMessage> {
  const bytes = await readWhole(source, payloadLimitBytes[format]);
  if (format === 'df_msgpack') throw usageError('--format df_msgpack needs rows; use --input csv or jsonl');
  yield { address: topic.plainAddress(), data: format === 'string' ? textOf(bytes, 'the input') : bytes, line: 1 };
}

async function* lineMessages(source: Readable, { topic, format }: InputSettings): AsyncGenerator<InputMessage> {
  if (isFrame(format)) throw usageError(`--format ${format} needs rows; use --input csv or jsonl`);
  const address = topic.plainAddress();
  let line = 0;
  for await (const bytes of lines(source)) {
    line++;
    yield { address, data: format === 'string' ? textOf(bytes, `line ${line}`) : bytes, line };
  }
}

async function* jsonMessages(source: Readable, { topic, format }: InputSettings): AsyncGenerator<InputMessage> {
  const isExact = isFrame(format) || topic.columns.length > 0;
  const parse = isExact ? (await import('@pulsemq/codecs')).parseExactJson : JSON.parse;
  let line = 0;
  for await (const bytes of lines(source)) {
    line++;
    if (bytes.length === 0) continue;
    const where = `line ${line}`;
    const text = textOf(bytes, where);
    const value = jsonOf(text, where, parse);
    const address = topic.addressOf((column) => fieldOf(value, column), line);
    if (!isFrame(format)) yield { address, data: format === 'string' ? text : bytes, line };
    else yield { address, data: await rowsFrame(value, where), line };
  }
}

async function* csvMessages(source: Readable, settings: InputSettings): AsyncGenerator<InputMessage> {
  const { topic, format, rowCount, textColumns } = settings;
  const [{ readCsv }, { frameOf, rowBatches }, { jsonValue }] = await Promise.all([
    import('./csv-rows.js'),
    import('./row-batches.js'),
    import('@pulsemq/codecs'),
  ]);
  const csv = await readCsv(source, textColumns);
  for await (const { address, rows, line } of rowBatches(csv, topic, isFrame(format) ? rowCount : 1)) {
    if (isFrame(format)) yield { address, data: frameOf(rows, csv.columns, csv.types), line };
    else yield { address, data: jsonPayload(rows[0]!, format, jsonValue), line };
  }
}

/** A row as JSON; `jsonValue` says what JSON has no form for. */
function jsonPayload(row: Row, format: PayloadFormat, jsonValue: (value: unknown) => unknown): string | Buffer {
  const text = JSON.stringify(jsonValue(row));
  return format === 'string' ? text : Buffer.from(text);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw usageError(`${where} is not UTF-8; to publish it unchanged, use --format bytes`);
  }
}

function jsonOf(text: string, where: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw usageError(`${where} is not JSON: ${(error as Error).message}`);
  }
}

/** Numbers come from the exact parser: a topic must not be that of a rounded one. */
function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const field = (value as Record<string, unknown>)[name];
  return typeof field === 'string' || typeof field === 'number' || typeof field === 'bigint'
    ? String(field)
    : undefined;
}
