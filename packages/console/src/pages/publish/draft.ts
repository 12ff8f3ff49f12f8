import type { CompressionAlgorithm, PayloadFormat, PublishRequest } from '@pulsemq/protocol';
import { type CsvFrame, csvFrame } from './csv-frame.js';

/** The notations for bytes in the form. */
export const byteNotations = ['text', 'hex', 'base64'] as const;
export type ByteNotation = (typeof byteNotations)[number];

/** The form's content. Each kind of payload keeps its own text. */
export interface Draft {
  readonly namespace: string;
  readonly topic: string;
  readonly format: PayloadFormat;
  readonly compress: CompressionAlgorithm | 'none';
  readonly notation: ByteNotation;
  readonly text: string;
  readonly bytes: string;
  readonly csv: string;
}

export const firstDraft: Draft = {
  namespace: '',
  topic: 'demo.hello',
  format: 'string',
  compress: 'none',
  notation: 'hex',
  text: '{"price": 10.55, "volume": 300}',
  bytes: '50 75 6c 73 65',
  csv: [
    'time,open,high,low,close,volume',
    '2026-01-05 09:31,10.50,10.58,10.49,10.55,18200',
    '2026-01-05 09:32,10.55,10.57,10.51,10.52,9400',
    '2026-01-05 09:33,10.52,10.60,10.52,10.59,12100',
  ].join('\n'),
};

/** `broken`: begins like JSON, but does not parse. */
export type JsonVerdict = { readonly kind: 'json' | 'plain' } | { readonly kind: 'broken'; readonly problem: string };

export function jsonVerdict(text: string): JsonVerdict {
  try {
    JSON.parse(text);
    return { kind: 'json' };
  } catch (cause) {
    if (!/^\s*[[{]/.test(text)) return { kind: 'plain' };
    return { kind: 'broken', problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

const base64Of = (bytes: Uint8Array): string => {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
};

/** The bytes as base64; undefined when the text is not valid in its notation. */
export function bytesAsBase64(text: string, notation: ByteNotation): string | undefined {
  if (notation === 'text') return base64Of(new TextEncoder().encode(text));
  const dense = text.replace(/\s+/g, '');
  if (notation === 'base64') {
    return /^[A-Za-z0-9+/]*={0,2}$/.test(dense) && dense.length % 4 === 0 ? dense : undefined;
  }
  if (!/^([0-9a-fA-F]{2})*$/.test(dense)) return undefined;
  return base64Of(Uint8Array.from(dense.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

export const isFrameFormat = (format: PayloadFormat): boolean => format === 'df_msgpack' || format === 'df_pyarrow';

const dataOf = (draft: Draft, frame: CsvFrame): PublishRequest['data'] | undefined => {
  if (draft.format === 'string') return draft.text;
  if (draft.format === 'bytes') return bytesAsBase64(draft.bytes, draft.notation);
  return frame.kind === 'frame' ? frame.rows : undefined;
};

/** The request to the broker; undefined while a part is missing or not valid. */
export function requestOf(draft: Draft): PublishRequest | undefined {
  const { namespace, topic, format, compress } = draft;
  const data = dataOf(draft, isFrameFormat(format) ? csvFrame(draft.csv) : { kind: 'empty' });
  if (namespace === '' || topic.trim() === '' || data === undefined) return undefined;
  return { namespace, topic: topic.trim(), format, data, ...(compress !== 'none' && { compress }) };
}
