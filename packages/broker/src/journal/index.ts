/** What tools use of the journal: `@pulsemq/broker/journal`. It starts no broker and writes nothing, but for `JournalImport` and `SegmentWriter`. */
export type { JournalFile, JournalFiles } from './file-port.js';
export type { GapEntry, TopicEntry } from './format.js';
export { type ImportedMessage, JournalImport } from './journal-import.js';
export {
  JournalReader,
  type ReadableFiles,
  type StreamQuery,
  type StreamRange,
  type TimeQuery,
} from './journal-reader.js';
export { NodeFiles, ReadOnlyFiles } from './node-files.js';
export { deliveryOf, framesOf, type JournalRecord, namesOf } from './record.js';
export { SegmentWriter } from './segment-writer.js';
export { type SegmentFinding, verify } from './verify.js';
