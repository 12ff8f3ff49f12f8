import { frameColumnMaxCount, frameDepthMax } from '@pulsemq/protocol';
import { badPayload, tooMany } from '../bad-payload.js';
import { FlatTable } from './flat-table.js';

/**
 * Checks an Arrow IPC stream (Arrow columnar format, "IPC Streaming Format") message by message without decoding it. The decoders
 * read zeros and cut streams as an empty table and do not check lengths, so this check comes first.
 */

const continuation = 0xffff_ffff;
/** `ARROW1`. */
const fileMagic = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];

/** MessageHeader of Message.fbs. */
const header = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;
/** Field numbers of the tables in Message.fbs and Schema.fbs. */
const message = { headerType: 1, header: 2, bodyLength: 3 } as const;
const schema = { fields: 1, customMetadata: 2 } as const;
const field = { name: 0, typeKind: 2, type: 3, dictionary: 4, children: 5, customMetadata: 6 } as const;
/** Type of Schema.fbs, and the field number of its scale. */
const decimal = { kind: 7, scale: 1 } as const;
const keyValue = { key: 0, value: 1 } as const;
const batch = { length: 0, nodes: 1, buffers: 2, variadicCounts: 4 } as const;
const dictionary = { data: 1 } as const;

/** Rows of a stream and values of a column. A message without a body has a lower limit: a column of nulls needs no bytes. */
const rowMaxCount = 1 << 26;
const bodylessRowMaxCount = 1 << 20;
/** Words of a dictionary for each byte of its message. The decoder reads all words at once: 2^26 of them took 4 s. */
const wordsOfByteMaxCount = 8;
/** Digits of a decimal of 256 bits. The decoder computes 10 to the power of the scale, which takes minutes for a wrong one. */
const decimalDigitMaxCount = 76;

/**
 * Returns the number of rows. Throws a PulseMQError unless `bytes` are whole messages that begin with a schema and whose lengths and
 * offsets lie inside them. Throws a PayloadTooLargeError for too many rows, columns or values.
 */
export function checkArrowStream(bytes: Uint8Array): number {
  if (fileMagic.every((byte, at) => bytes[at] === byte)) {
    throw badPayload('the payload is an Arrow file; df_pyarrow needs the stream format');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (end: number): void => {
    if (end > bytes.length) throw badPayload('Arrow stream is cut short');
  };
  let at = 0;
  let rowCount = 0;
  for (let index = 0; at < bytes.length; index++) {
    need(at + 8);
    if (view.getUint32(at, true) !== continuation) throw badPayload('the payload is not an Arrow IPC stream');
    const metadataBytes = view.getInt32(at + 4, true);
    if (metadataBytes === 0) break;
    if (metadataBytes < 0) throw badPayload(`Arrow stream has a message of ${metadataBytes} bytes`);
    at += 8;
    need(at + metadataBytes);
    const root = FlatTable.root(view, at, at + metadataBytes);
    const bodyBytes = root.i64(message.bodyLength);
    rowCount += checkMessage(root, index, bodyBytes);
    if (rowCount > rowMaxCount) throw tooMany('rows of an Arrow stream', rowCount, rowMaxCount);
    at += metadataBytes + bodyBytes;
    need(at);
  }
  if (at === 0) throw badPayload('Arrow stream is empty');
  return rowCount;
}

/** Checks one message; returns the rows it adds. */
function checkMessage(root: FlatTable, index: number, bodyBytes: number): number {
  const type = root.u8(message.headerType);
  const content = root.table(message.header);
  if (index === 0 && type !== header.schema) throw badPayload('Arrow stream does not begin with a schema');
  if (content === undefined) throw badPayload(`Arrow stream has a message without a header table (message ${index})`);
  switch (type) {
    case header.schema:
      if (index > 0) throw badPayload('Arrow stream has a second schema');
      checkKeyValues(content, schema.customMetadata);
      checkFields(content);
      return 0;
    case header.dictionaryBatch: {
      const data = content.table(dictionary.data);
      if (data !== undefined)
        checkBatch(data, bodyBytes, Math.max(bodylessRowMaxCount, wordsOfByteMaxCount * bodyBytes));
      return 0;
    }
    case header.recordBatch:
      return checkBatch(content, bodyBytes, bodyBytes === 0 ? bodylessRowMaxCount : rowMaxCount);
    default:
      throw badPayload(`Arrow stream has a message of type ${type}, expected 1 to 3`);
  }
}

function checkFields(content: FlatTable): void {
  const columnCount = content.vectorLength(schema.fields);
  if (columnCount > frameColumnMaxCount) throw tooMany('columns of an Arrow stream', columnCount, frameColumnMaxCount);
  for (const one of content.tables(schema.fields)) checkField(one, 0);
}

function checkField(one: FlatTable, depth: number): void {
  if (depth > frameDepthMax) throw badPayload(`Arrow stream has types nested more than ${frameDepthMax} deep`);
  one.checkBytes(field.name);
  checkType(one.u8(field.typeKind), one.table(field.type));
  one.table(field.dictionary);
  checkKeyValues(one, field.customMetadata);
  for (const child of one.tables(field.children)) checkField(child, depth + 1);
}

function checkType(kind: number, type: FlatTable | undefined): void {
  if (kind !== decimal.kind) return;
  const scale = type?.i32(decimal.scale) ?? 0;
  if (scale >= 0 && scale <= decimalDigitMaxCount) return;
  throw badPayload(`Arrow stream has a decimal column of scale ${scale}, the limit is ${decimalDigitMaxCount}`);
}

function checkKeyValues(table: FlatTable, at: number): void {
  for (const pair of table.tables(at)) {
    pair.checkBytes(keyValue.key);
    pair.checkBytes(keyValue.value);
  }
}

function checkBatch(table: FlatTable, bodyBytes: number, countMax: number): number {
  const limit = Math.min(countMax, rowMaxCount);
  const rowCount = table.i64(batch.length);
  if (rowCount > limit) throw tooMany('rows of an Arrow record batch', rowCount, limit);
  for (const [valueCount] of table.pairs(batch.nodes)) {
    if (valueCount > limit) throw tooMany('values of an Arrow column', valueCount, limit);
  }
  let bufferCount = 0;
  for (const [offset, length] of table.pairs(batch.buffers)) {
    if (offset + length > bodyBytes) throw badPayload('Arrow stream has a buffer outside its message');
    bufferCount++;
  }
  // The decoder makes this many buffers for a column.
  for (const count of table.longs(batch.variadicCounts)) {
    if (count > bufferCount)
      throw badPayload(`Arrow stream has a column of ${count} buffers, its message ${bufferCount}`);
  }
  return rowCount;
}
