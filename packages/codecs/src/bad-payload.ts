import { ErrorCode, PayloadTooLargeError, PulseMQError } from '@pulsemq/protocol';

/** The error for data that cannot be encoded, and for a payload that cannot be decoded. */
export const badPayload = (text: string, cause?: unknown): PulseMQError =>
  new PulseMQError(ErrorCode.badPayload, text, cause === undefined ? undefined : { cause });

/** The error for a payload past its limit. `sizeBytes` is undefined if decompression stopped at the limit. */
export const tooLarge = (what: string, sizeBytes: number | undefined, limitBytes: number): PayloadTooLargeError => {
  const text =
    sizeBytes === undefined
      ? `${what} has more than ${limitBytes} bytes`
      : `${what} has ${sizeBytes} bytes, the limit is ${limitBytes} bytes`;
  return new PayloadTooLargeError(text, sizeBytes, limitBytes);
};

/** The error for an Arrow stream with more rows or values than are accepted. */
export const tooMany = (what: string, count: number, limitCount: number): PayloadTooLargeError =>
  new PayloadTooLargeError(`${what}: ${count}, the limit is ${limitCount}`);

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
