export { compress, decompress } from './compression/compression.js';
export type { ArrowColumn, ArrowTable } from './frame/arrow-table-type.js';
export { DataFrame, type DataFrameColumn } from './frame/data-frame.js';
export type { Row } from './frame/frame-columns.js';
export type { ColumnValues, NamedValues } from './frame/named-values.js';
export { jsonValue } from './json/json-value.js';
export { parseExactJson } from './json/parse-exact-json.js';
export {
  type DecodedPayload,
  decodePayload,
  type EncodedPayload,
  encodePayload,
  type PayloadInput,
} from './payload.js';
export { CalendarDate } from './value/calendar-date.js';
export { Decimal } from './value/decimal.js';
export { Duration } from './value/duration.js';
export { PreciseDate } from './value/precise-date.js';
export { TimeOfDay } from './value/time-of-day.js';
export type { TimeUnit } from './value/time-unit.js';
