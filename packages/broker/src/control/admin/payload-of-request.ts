import { DataFrame, type EncodedPayload, encodePayload } from '@pulsemq/codecs';
import { PayloadTooLargeError, type PublishRequest, PulseMQError } from '@pulsemq/protocol';
import { ApiError, badInput } from './api-error.js';

/** Limits of a DataFrame in a publish call: this thread builds it, and it is meant for test messages. */
export const rowMaxCount = 20_000;
const columnMaxCount = 1_000;
const cellMaxCount = 500_000;

/** Encodes the data of a publish call. Throws 400 for data that the format cannot hold, 413 for too much of it. */
export function payloadOf({
  format,
  compress,
  data,
}: Pick<PublishRequest, 'format' | 'data'> & { compress?: PublishRequest['compress'] | undefined }): EncodedPayload {
  try {
    return encodePayload({ format, data: dataOf(format, data), compress });
  } catch (error) {
    if (error instanceof PayloadTooLargeError) throw new ApiError(413, 'TOO_LARGE', error.message);
    if (error instanceof PulseMQError) throw badInput('body.data', error.message);
    throw error;
  }
}

/** The data in the type that the codec of the format takes. */
function dataOf(format: PublishRequest['format'], data: PublishRequest['data']): unknown {
  const isText = typeof data === 'string';
  if (format === 'string' || format === 'bytes') {
    if (!isText) throw badInput('body.data', `must be ${format === 'string' ? 'text' : 'base64'} for format ${format}`);
    return format === 'string' ? data : bytesOf(data);
  }
  if (isText) throw badInput('body.data', `must be an array of row objects for format ${format}`);
  checkSize(data);
  return DataFrame.from(data);
}

function checkSize(rows: readonly object[]): void {
  const names = new Set<string>();
  for (const row of rows) {
    for (const name of Object.keys(row)) names.add(name);
    if (names.size > columnMaxCount) throw badInput('body.data', `has more than ${columnMaxCount} columns, the limit`);
  }
  const cellCount = names.size * rows.length;
  if (cellCount > cellMaxCount) throw badInput('body.data', `has ${cellCount} cells, the limit is ${cellMaxCount}`);
}

/** Node's decoder skips what is not base64; here that is an error. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw badInput('body.data', 'must be base64, with its padding');
  return bytes;
}
