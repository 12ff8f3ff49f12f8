import type { Readable } from 'node:stream';
import { isoTime } from '../output/iso-time.js';
import { RecordingReader } from './recording-reader.js';

/** The content of a recording, summed up. */
export interface RecordingInfo {
  readonly started_at: string | null;
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly messages: number;
  readonly payload_bytes: number;
  readonly topics: readonly { readonly topic: string; readonly messages: number; readonly payload_bytes: number }[];
  /** Why the recording is incomplete; null when it is complete. */
  readonly damage: string | null;
}

/** Reads a whole recording. Throws a CommandError when the file is not a recording. */
export async function recordingInfo(file: string, source: Readable): Promise<RecordingInfo> {
  const reader = new RecordingReader(source);
  const startedAtMs = await reader.open(file);
  const topics = new Map<string, { messages: number; payload_bytes: number }>();
  let [firstMs, lastMs, payloadBytes] = [Number.NaN, Number.NaN, 0];
  for await (const { namespace, topic, payload, receivedAtUs, publishedAtMs } of reader.messages()) {
    const timeMs = receivedAtUs === 0 ? publishedAtMs : receivedAtUs / 1_000;
    if (Number.isNaN(firstMs)) firstMs = timeMs;
    lastMs = timeMs;
    payloadBytes += payload.length;
    const figures = topics.get(`${namespace}:${topic}`) ?? { messages: 0, payload_bytes: 0 };
    figures.messages++;
    figures.payload_bytes += payload.length;
    topics.set(`${namespace}:${topic}`, figures);
  }
  return {
    started_at: isoTime(startedAtMs),
    first_at: isoTime(firstMs),
    last_at: isoTime(lastMs),
    messages: reader.messageCount,
    payload_bytes: payloadBytes,
    topics: [...topics].map(([topic, figures]) => ({ topic, ...figures })).sort((a, b) => b.messages - a.messages),
    damage: reader.damage,
  };
}
