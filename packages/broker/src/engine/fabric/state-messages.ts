import { parseObject } from '../session/wire/json-object.js';
import type { Peer } from './peer.js';

/** What a mark says: a version of the interest, or the number of a sync. */
export function parseMark(text: string): { readonly version?: unknown; readonly sync?: unknown } {
  return parseObject(text) ?? {};
}

/** Takes the last sequences of topics without a value. */
export function takeHeads({ streams, reader }: Peer, text: string): void {
  const rows = parseObject(text)?.heads;
  if (!Array.isArray(rows)) {
    reader.badCount++;
    return;
  }
  for (const row of rows) {
    const [namespace, topic, epoch, sequence] = Array.isArray(row) ? row : [];
    const isHead = typeof namespace === 'string' && typeof topic === 'string' && isCount(epoch) && isCount(sequence);
    const stream = isHead ? streams.ofNames(namespace, topic) : undefined;
    if (stream === undefined) reader.badCount++;
    else reader.head(stream, epoch, sequence);
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
