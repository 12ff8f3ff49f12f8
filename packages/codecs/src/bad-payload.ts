import { ErrorCode, PayloadTooLargeError, PulseMQError } from '@pulsemq/protocol';

/** What cannot be sent, or arrived broken. */
export const badPayload = (text: string, cause?: unknown): PulseMQError =>
  new PulseMQError(ErrorCode.badPayload, text, cause === undefined ? undefined : { cause });

/** A payload, or what it would become, is past its limit. */
export const tooLarge = (what: string, sizeBytes: number | undefined, limitBytes: number): PayloadTooLargeError => {
  const size = sizeBytes === undefined ? 'more' : `${sizeBytes} bytes`;
  return new PayloadTooLargeError(`${what}: ${size} exceeds the limit of ${limitBytes} bytes`, sizeBytes, limitBytes);
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
