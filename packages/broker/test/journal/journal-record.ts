import { encodePayload } from '@pulsemq/codecs';
import { FormatCode, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import type { JournalRecord } from '../../src/journal/record.js';

/** What of a record a test chooses. */
interface RecordChoice {
  readonly topic?: string;
  readonly sequence?: number;
  readonly receivedAtUs?: number;
}

/** A record with this payload. `formatCode`: another format in its header than that of the payload. */
export function journalRecord(
  format: 'string' | 'bytes' | 'df_pyarrow',
  data: unknown,
  formatCode?: number,
  { topic = 'a', sequence = 1, receivedAtUs = 1_764_460_800_000_001 }: RecordChoice = {},
): JournalRecord {
  const { payload } = encodePayload({ format, data });
  const frames = messageFrames({
    type: MessageType.pub,
    format: formatCode ?? FormatCode[format],
    namespace: 'market',
    topic,
    username: 'feed',
    payload,
    timestamp: 1,
  });
  return { key: `market:${topic}`, epoch: 1, sequence, receivedAtUs, frames: Buffer.from(encodeMessage(frames)) };
}
