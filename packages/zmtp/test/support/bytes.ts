export { joinBytes as join, utf8Bytes as text } from '../../src/bytes.js';

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

export const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export const toHex = (value: Uint8Array): string =>
  Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Cuts at every given offset. Offsets outside are ignored. */
export function cutAt(whole: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const inside = [...new Set(offsets.filter((offset) => offset > 0 && offset < whole.length))].sort((a, b) => a - b);
  const edges = [0, ...inside, whole.length];
  return edges.slice(1).map((end, i) => whole.slice(edges[i]!, end));
}

export const everyByte = (whole: Uint8Array): Uint8Array[] => Array.from(whole, (_, i) => whole.slice(i, i + 1));
