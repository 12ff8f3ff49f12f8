import { floatText, type Tagged } from './tagged.mjs';

/** What the text forms of a tagged value are: JSON, CSV and the cells of the console. Written apart from the code that makes them. */

/** As in `pulsemq sub --json`. `isWide`: the column has an integer past 2^53, so all of its integers are text. */
export function jsonOf(value: Tagged, isWide: boolean): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, isWide));
  const [[tag, content]] = Object.entries(value) as [[string, never]];
  switch (tag) {
    case 'i':
      return isWide ? content : Number(content);
    case 'f':
      return /^(NaN|-?Infinity|-0)$/.test(content) ? content : Number(content);
    case 't':
      return isoOf(content);
    case 'c':
      return trimmed(content);
    case 'n':
      return durationOf(BigInt(content));
    case 'o':
      return Object.fromEntries((content as [string, Tagged][]).map(([name, one]) => [name, jsonOf(one, isWide)]));
    case 'm':
      return (content as [Tagged, Tagged][]).map(([key, one]) => [jsonOf(key, isWide), jsonOf(one, isWide)]);
    default:
      return content;
  }
}

/** As a cell of `pulsemq sub --csv --no-formula-guard`, without the quotes of CSV, but `""` for an empty text. */
export function csvOf(value: Tagged, isWide: boolean): string {
  if (value === '') return '""';
  const plain = jsonOf(value, isWide);
  if (plain === null) return '';
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** True if a level of the column has an integer past 2^53. */
export const isWide = (values: readonly Tagged[]): boolean =>
  [...JSON.stringify(values).matchAll(/"i":"(-?\d+)"/g)].some(([, digits]) => !Number.isSafeInteger(Number(digits)));

/** Milliseconds, and further digits unless they are zero. */
function isoOf(text: string): string {
  const [seconds, digits = ''] = text.replace('Z', '').split('.');
  return `${seconds}.${digits.padEnd(3, '0').slice(0, 3)}${digits.slice(3).replace(/0+$/, '')}Z`;
}

const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function durationOf(nanoseconds: bigint): string {
  const seconds = Number(nanoseconds) / 1e9;
  return `${seconds < 0 ? '-' : ''}PT${trimmed(Math.abs(seconds).toFixed(9))}S`;
}

/** What a program writes into a CSV file for the value; undefined for a kind that CSV has no form for. */
export function csvInputOf(value: Tagged): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value) ? undefined : `"${value.replaceAll('"', '""')}"`;
  if (typeof value === 'boolean') return String(value);
  const [[tag, content] = ['', '']] = Object.entries(value) as [string, string][];
  if (tag === 't') return 'zone' in value ? undefined : content;
  if (tag === 'i') return content;
  return tag === 'f' ? floatInputOf(content) : undefined;
}

/** A float with a point, as Python writes it: without one, a reader takes it for an integer. */
function floatInputOf(content: string): string {
  const value = Number(content);
  const text = floatText(value);
  return Number.isInteger(value) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** What a program writes as JSON for the value; undefined for a kind that JSON has no form for. */
export function jsonInputOf(value: Tagged): string | undefined {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return joined(value.map(jsonInputOf), '[', ']');
  const [[tag, content]] = Object.entries(value) as [[string, never]];
  if (tag === 'i') return content;
  if (tag === 'f') return Number.isFinite(Number(content)) ? floatInputOf(content) : undefined;
  if (tag !== 'o') return undefined;
  const fields = (content as [string, Tagged][]).map(([name, one]) => {
    const text = jsonInputOf(one);
    return text === undefined ? undefined : `${JSON.stringify(name)}:${text}`;
  });
  return joined(fields, '{', '}');
}

const joined = (parts: readonly (string | undefined)[], open: string, close: string): string | undefined =>
  parts.includes(undefined) ? undefined : `${open}${parts.join(',')}${close}`;
