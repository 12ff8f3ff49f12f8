import { type PayloadRows, payloadRows } from '../../bars/payload-rows.js';
import { framesOf, type JournalRecord } from '../../journal/record.js';

export { problemColumn, valueColumn } from '../../bars/payload-rows.js';

/** The rows of one message. */
export type MessageRows = PayloadRows;

/** The rows of a message: see `payloadRows`. */
export function messageRows(record: JournalRecord): MessageRows {
  const [head, , , , payload] = framesOf(record) as [Buffer, Buffer, Buffer, Buffer, Buffer];
  return payloadRows(head, payload);
}
