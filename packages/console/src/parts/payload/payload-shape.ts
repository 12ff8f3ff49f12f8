import type { ShownContent } from '@pulsemq/protocol';

/** A table, as the broker decodes it. */
export type TableContent = Extract<ShownContent, { kind: 'table' }>;

/** The JSON in a text; undefined when the text is not JSON or was truncated. */
export function jsonOf(content: ShownContent): unknown {
  if (content.kind !== 'text' || !content.is_json || content.is_cut) return undefined;
  try {
    return JSON.parse(content.text) as unknown;
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A table of records: one column for each key in any of them. */
export function recordsTable(records: readonly Readonly<Record<string, unknown>>[]): TableContent {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return {
    kind: 'table',
    columns: names.map((name) => ({ name, dtype: typeof records[0]?.[name] })),
    rows: records.map((record) => names.map((name) => record[name] ?? null)),
    row_count: records.length,
  };
}

/** The payload as a table: a DataFrame, an array of JSON objects, or one JSON object; else undefined. */
export function tableOf(content: ShownContent): TableContent | undefined {
  if (content.kind === 'table') return content;
  const json = jsonOf(content);
  if (isRecord(json)) return recordsTable([json]);
  if (Array.isArray(json) && json.length > 0 && json.every(isRecord)) return recordsTable(json);
  return undefined;
}

export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const previewLength = 240;

/** The payload in one line, for the list. */
export function previewOf(content: ShownContent): string {
  switch (content.kind) {
    case 'text':
      return content.text.slice(0, previewLength).replace(/\s+/g, ' ');
    case 'bytes':
      return [...bytesOf(content.base64.slice(0, 64))].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    case 'table':
      return content.columns
        .map(({ name }) => name)
        .join(', ')
        .slice(0, previewLength);
    case 'unreadable':
      return content.problem;
    default:
      return content satisfies never;
  }
}
