import { DataFrame, type ReceivedMessage } from '@pulsemq/client';
import { isoTime } from './iso-time.js';

/** A message as one JSON object. Bytes that are not UTF-8 become base64. DataFrames are rows, with `jsonValue` for each cell. */
export function messageJson(message: ReceivedMessage): string {
  return JSON.stringify({
    namespace: message.namespace,
    topic: message.topic,
    sequence: message.sequence,
    epoch: message.epoch,
    published_at: isoTime(message.timestamp),
    received_at: message.receivedAt === undefined ? null : isoTime(message.receivedAt),
    username: message.username,
    format: message.format,
    compressed: message.compressed,
    payload_bytes: message.payload.length,
    ...(message.isSnapshot && { snapshot: true }),
    ...(message.isReplayed && { replayed: true }),
    ...(message.isConflated && { conflated: true, conflated_count: message.conflatedCount }),
    ...(message.maybeDuplicate && { maybe_duplicate: true }),
    ...(message.afterDrop && { after_drop: true }),
    ...content(message),
  });
}

function content(message: ReceivedMessage): Record<string, unknown> {
  try {
    const { data } = message;
    if (data instanceof DataFrame) return { data: data.toJSON() };
    if (typeof data === 'string') return { data };
    return bytesContent(data as Buffer);
  } catch (error) {
    return { unreadable: (error as Error).message, base64: Buffer.from(message.payload).toString('base64') };
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function bytesContent(bytes: Buffer): Record<string, unknown> {
  try {
    return { data: decoder.decode(bytes) };
  } catch {
    return { base64: bytes.toString('base64') };
  }
}
