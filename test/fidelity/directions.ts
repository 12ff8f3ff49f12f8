import { Readable } from 'node:stream';
import { DataFrame, decodePayload, encodePayload } from '@pulsemq/codecs';
import { ErrorCode, FormatCode, type PayloadFormat, PulseMQError } from '@pulsemq/protocol';
import { payloadOf } from '../../packages/broker/src/control/admin/payload-of-request.js';
import { readExactRows } from '../../packages/broker/src/control/admin/request-body.js';
import { shownContent } from '../../packages/broker/src/control/admin/shown/shown-content.js';
import { inputMessages } from '../../packages/cli/src/input/messages.js';
import { TopicTemplate } from '../../packages/cli/src/input/topic-template.js';
import { cell, unguarded } from '../../packages/cli/src/output/csv-cell.js';
import { columnsOf, difference, frameOf, rowsOf, type Tagged, type TaggedFrame } from './tagged.mjs';
import { csvInputOf, csvOf, isWide, jsonInputOf, jsonOf } from './texts.js';

/** The directions of table.json that TypeScript runs. Each returns what happened: `equal`, `refused: CODE`, `none`, or what changed. */

export interface Kind {
  readonly name: string;
  readonly group: string;
  readonly frame: TaggedFrame;
  readonly pandas: string | null;
  readonly arrow: string | null;
  readonly polars: string | null;
  readonly ts: string;
  readonly note?: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** A frame, and the Arrow stream that pyarrow makes of it, if it has Arrow types. */
interface Given {
  readonly frame: TaggedFrame;
  readonly stream: Uint8Array | undefined;
}

type Direction = (given: Given) => string | Promise<string>;

/** JavaScript has no index, no attributes, and only texts as names of columns. */
const isJavaScript = ({ columns, index, attrs }: TaggedFrame): boolean =>
  index === undefined && attrs === undefined && columns.every(({ name }) => typeof name === 'string');

/** Extension types of pandas: their tagged values are what is stored, and JavaScript has no others. */
const isPandasOnly = ({ columns }: TaggedFrame): boolean =>
  columns.some(({ type }) => /^(period|interval)\[/.test(type ?? ''));

const hasOneName = ({ columns }: TaggedFrame): boolean =>
  new Set(columns.map(({ name }) => name)).size < columns.length;

/** Objects of JavaScript and JSON have keys such as "0" before all others. */
const hasKeyOrder = ({ columns }: TaggedFrame): boolean => {
  const names = columns.map(({ name }) => String(name));
  return Object.keys(Object.fromEntries(names.map((name) => [name, 0]))).every((key, index) => key === names[index]);
};

export const directions: Readonly<Record<string, Direction>> = {
  'ts-rows>df_msgpack>ts': ({ frame }) => rowsThrough(frame, 'df_msgpack'),
  'ts-columns>df_msgpack>ts': ({ frame }) => columnsThrough(frame, 'df_msgpack'),
  'ts-rows>df_pyarrow>ts': ({ frame }) => rowsThrough(frame, 'df_pyarrow'),
  'ts-columns>df_pyarrow>ts': ({ frame }) => columnsThrough(frame, 'df_pyarrow'),
  'arrow>ts': ({ frame, stream }) => read(frame, stream, (received) => received),
  'arrow>ts>arrow': ({ frame, stream }) => read(frame, stream, (received) => through(received.rows(), 'df_pyarrow')),
  'csv>ts': ({ frame }) => csvInput(frame),
  'json>ts': ({ frame }) => jsonInput(frame, (text) => published(text, 'jsonl')),
  'api>ts': ({ frame }) => jsonInput(frame, apiPublished),
  'ts>json': (given) => shown(given, (frame) => JSON.parse(JSON.stringify(frame)), rowTexts(jsonOf)),
  'ts>csv': (given) => shown(given, csvCells, columnTexts(csvOf)),
  'ts>console': (given) => shown(given, consoleRows, columnTexts(consoleOf)),
};

function rowsThrough(frame: TaggedFrame, format: PayloadFormat): string {
  if (!isJavaScript(frame) || isPandasOnly(frame) || hasOneName(frame) || !hasKeyOrder(frame)) return 'none';
  if (frame.columns.length > 0 && frame.columns[0]!.values.length === 0) return 'none';
  return outcome(frame, () => through(rowsOf(frame), format));
}

function columnsThrough(frame: TaggedFrame, format: PayloadFormat): string {
  if (!isJavaScript(frame) || isPandasOnly(frame)) return 'none';
  return outcome(frame, () => through(DataFrame.fromColumnList(columnsOf(frame)), format));
}

function read(frame: TaggedFrame, stream: Uint8Array | undefined, use: (received: DataFrame) => DataFrame): string {
  return stream === undefined ? 'none' : outcome(frame, () => use(DataFrame.fromArrow(stream)));
}

/** Through the codecs, as in a publish and a delivery. */
function through(data: unknown, format: PayloadFormat): DataFrame {
  const { payload, formatCode } = encodePayload({ format, data });
  return decodePayload(formatCode, 0, payload).data as DataFrame;
}

function outcome(frame: TaggedFrame, make: () => DataFrame): string {
  try {
    const changed = difference(frame, frameOf(make()));
    return changed === undefined ? 'equal' : `changed: ${changed}`;
  } catch (error) {
    return refusal(error);
  }
}

/** An error of ours, by its code. Anything else is a bug. */
function refusal(error: unknown): string {
  const { code, exitCode, status } = error as { code?: string; exitCode?: number; status?: number };
  if (code?.startsWith('PMQ_')) return `refused: ${code}`;
  // The command and the API name invalid data in their own way.
  if (exitCode === 2 || status === 400) return 'refused: PMQ_BAD_PAYLOAD';
  throw error;
}

async function csvInput(given: TaggedFrame): Promise<string> {
  if (!isJavaScript(given) || isPandasOnly(given) || hasOneName(given) || given.columns.length === 0) return 'none';
  const frame = withRowNumbers(given);
  const texts = frame.columns.map(({ values }) => values.map(csvInputOf));
  if (texts.flat().includes(undefined) || frame.columns.some(({ values }) => hasTextsAndOthers(values))) return 'none';
  const names = frame.columns.map(({ name }) => csvInputOf(name)).join(',');
  const lines = texts[0]!.map((_, row) => texts.map((column) => column[row]).join(','));
  if (lines.length === 0) return 'none';
  return compared(frame, () => published(`${[names, ...lines].join('\n')}\n`, 'csv'));
}

/** A second column, because a row of one empty cell is an empty line, which readers of CSV skip. */
function withRowNumbers({ columns }: TaggedFrame): TaggedFrame {
  const values = columns[0]!.values.map((_, row) => ({ i: String(row) }));
  return { columns: [...columns, { name: 'row', type: 'int64', values }] };
}

/** A column of CSV with a text is text. */
const hasTextsAndOthers = (values: readonly Tagged[]): boolean =>
  values.some((value) => typeof value === 'string') &&
  values.some((value) => value !== null && typeof value !== 'string');

async function jsonInput(frame: TaggedFrame, publish: (rows: string) => Promise<DataFrame>): Promise<string> {
  if (!isJavaScript(frame) || isPandasOnly(frame) || frame.columns.length === 0) return 'none';
  if (!hasOneName(frame) && !hasKeyOrder(frame)) return 'none';
  const texts = frame.columns.map(({ values }) => values.map(jsonInputOf));
  if (texts.flat().includes(undefined) || texts[0]!.length === 0) return 'none';
  const rows = texts[0]!.map((_, row) => {
    const fields = texts.map((column, index) => `${JSON.stringify(frame.columns[index]!.name)}:${column[row]}`);
    return `{${fields.join(',')}}`;
  });
  return compared(frame, () => publish(`[${rows.join(',')}]`));
}

async function compared(frame: TaggedFrame, make: () => Promise<DataFrame>): Promise<string> {
  try {
    const received = await make();
    return outcome(frame, () => received);
  } catch (error) {
    return refusal(error);
  }
}

/** As `pulsemq pub --input KIND --rows 1000 --format df_pyarrow`. */
async function published(text: string, kind: 'csv' | 'jsonl'): Promise<DataFrame> {
  const topic = new TopicTemplate('market:a', undefined);
  const settings = { kind, topic, format: 'df_pyarrow', rowCount: 1_000, textColumns: [] } as const;
  for await (const { data } of inputMessages(Readable.from([Buffer.from(text)]), settings)) {
    return through(data, 'df_pyarrow');
  }
  throw new Error('no message');
}

/** As POST /api/publish. */
async function apiPublished(rows: string): Promise<DataFrame> {
  const { data } = readExactRows(`{"data":${rows}}`) as { data: Record<string, unknown>[] };
  const { payload, formatCode } = payloadOf({ format: 'df_pyarrow', data });
  return decodePayload(formatCode, 0, payload).data as DataFrame;
}

/** Compares what is shown with the text forms of the values. */
function shown(
  { frame, stream }: Given,
  show: (frame: DataFrame) => unknown,
  expected: (frame: TaggedFrame) => unknown,
): string {
  if (!isJavaScript(frame)) return 'none';
  try {
    const sent = stream === undefined ? DataFrame.fromColumnList(columnsOf(frame)) : DataFrame.fromArrow(stream);
    const [got, wanted] = [JSON.stringify(show(sent)), JSON.stringify(expected(frame))];
    return got === wanted ? 'equal' : `changed: ${wanted} became ${got}`;
  } catch (error) {
    return refusal(error);
  }
}

type TextOf = (value: Tagged, isWideColumn: boolean) => unknown;

const columnTexts =
  (textOf: TextOf) =>
  ({ columns }: TaggedFrame): unknown[][] =>
    (columns[0]?.values ?? []).map((_, row) => columns.map(({ values }) => textOf(values[row]!, isWide(values))));

const rowTexts =
  (textOf: TextOf) =>
  (frame: TaggedFrame): object[] =>
    columnTexts(textOf)(frame).map((cells) =>
      Object.fromEntries(cells.map((value, index) => [frame.columns[index]!.name, value])),
    );

/** The cells of `pulsemq sub --csv`, read back. */
const csvCells = (frame: DataFrame): string[][] => {
  const cells = frame.cells();
  return Array.from({ length: frame.length }, (_, row) =>
    cells.map((column) => unquoted(cell(column[row], unguarded))),
  );
};

/** Without the quotes of CSV. Those of an empty text stay, because a missing value has none. */
const unquoted = (text: string): string =>
  text.startsWith('"') && text !== '""' ? text.slice(1, -1).replaceAll('""', '"') : text;

/** The console shows safe integers as numbers in every column, and cuts long texts. */
const consoleOf: TextOf = (value) => {
  const plain = jsonOf(value, isWide([value]));
  return typeof plain === 'string' && plain.length > 1_000 ? `${plain.slice(0, 1_000)}…` : plain;
};

function consoleRows(frame: DataFrame): unknown {
  const content = shownContent({ format: FormatCode.df_pyarrow, flags: 0 }, Buffer.from(frame.toArrow()), 1_000_000);
  if (content.kind === 'unreadable') throw new PulseMQError(ErrorCode.badPayload, content.problem);
  if (content.kind !== 'table') throw new Error(JSON.stringify(content));
  return content.rows;
}
