import type { ShownMessage } from '@pulsemq/protocol';
import { previewOf, tableOf } from './payload-shape.js';

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=';

/** One condition of a filter: a text anywhere in the message, or a column compared with a value. */
export type Condition =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'column'; readonly column: string; readonly operator: Operator; readonly value: string };

/** Parses conditions, which are separated by spaces. Quotes keep the spaces of a value: `close>10 note="half day" halt`. */
export function parseFilter(text: string): readonly Condition[] {
  const words = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return words.map((word): Condition => {
    const parts = /^([^\s"=!<>]+)(!=|>=|<=|=|>|<)(.*)$/s.exec(word);
    if (parts === null) return { kind: 'text', text: word.replaceAll('"', '').toLowerCase() };
    const [, column = '', operator = '=', value = ''] = parts;
    return {
      kind: 'column',
      column: column.toLowerCase(),
      operator: operator as Operator,
      value: value.replaceAll('"', ''),
    };
  });
}

/** Numbers are compared as numbers, everything else as text without regard to case. */
function holds(cell: unknown, operator: Operator, value: string): boolean {
  const number = typeof cell === 'number' ? cell : Number(cell);
  const wanted = Number(value);
  const areNumbers =
    cell !== null && cell !== '' && value.trim() !== '' && !Number.isNaN(number) && !Number.isNaN(wanted);
  const text = cell === null || cell === undefined ? 'null' : typeof cell === 'string' ? cell : JSON.stringify(cell);
  const order = areNumbers ? number - wanted : text.toLowerCase() < value.toLowerCase() ? -1 : 1;
  const isEqual = areNumbers ? number === wanted : text.toLowerCase() === value.toLowerCase();
  switch (operator) {
    case '=':
      return isEqual;
    case '!=':
      return !isEqual;
    case '>':
      return !isEqual && order > 0;
    case '<':
      return !isEqual && order < 0;
    case '>=':
      return isEqual || order > 0;
    case '<=':
      return isEqual || order < 0;
    default:
      return operator satisfies never;
  }
}

const headerFields = {
  topic: (message: ShownMessage) => message.topic,
  user: (message: ShownMessage) => message.username,
  sequence: (message: ShownMessage) => message.sequence,
  format: (message: ShownMessage) => message.format,
  bytes: (message: ShownMessage) => message.payload_bytes,
} as const;

function meetsColumn(
  message: ShownMessage,
  { column, operator, value }: Extract<Condition, { kind: 'column' }>,
): boolean {
  const table = tableOf(message.content);
  const at = table?.columns.findIndex(({ name }) => name.toLowerCase() === column) ?? -1;
  if (table !== undefined && at !== -1) return table.rows.some((row) => holds(row[at], operator, value));
  if (column in headerFields) return holds(headerFields[column as keyof typeof headerFields](message), operator, value);
  return false;
}

function wholeText(message: ShownMessage): string {
  const { content } = message;
  const body =
    content.kind === 'text'
      ? content.text
      : content.kind === 'table'
        ? JSON.stringify(content.rows)
        : previewOf(content);
  return `${message.topic} ${message.username} ${body}`.toLowerCase();
}

/** Whether a message meets every condition. A table meets the condition of a column when one row does. */
export function meets(message: ShownMessage, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) =>
    condition.kind === 'text' ? wholeText(message).includes(condition.text) : meetsColumn(message, condition),
  );
}
