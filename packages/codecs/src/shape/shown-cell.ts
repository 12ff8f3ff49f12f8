import { jsonValue } from '../json/json-value.js';
import type { Kind } from './kind.js';

const textMaxLength = 40;

/** A value for an error text: `the number 1`, `the text "x"`; of lists, objects, maps and bytes only what they are, because they may be long. */
export function shownCell(kind: Kind, value: unknown): string {
  switch (kind) {
    case 'bytes':
      return 'bytes';
    case 'object':
      return 'an object';
    case 'list':
    case 'map':
      return `a ${kind}`;
    case 'text':
      return `the text ${JSON.stringify(cut(value as string))}`;
    default:
      return `the ${kind} ${cut(String(jsonValue(value)))}`;
  }
}

const cut = (text: string): string => (text.length > textMaxLength ? `${text.slice(0, textMaxLength)}…` : text);
