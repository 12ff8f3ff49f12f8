export { compress, decompress } from './compression/compression.js';
export type { ColumnValues } from './frame/column-type.js';
export { DataFrame, type DataFrameColumn, type Row } from './frame/data-frame.js';
export {
  type DecodedPayload,
  decodePayload,
  type EncodedPayload,
  encodePayload,
  type PayloadInput,
} from './payload.js';
