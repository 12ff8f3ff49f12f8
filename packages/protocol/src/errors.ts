import { ErrorCode, WireError } from './error-codes.js';

/** Everything this library throws. `code` is stable, the message names the thing, the value and the limit. */
export class PulseMQError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Wrong or missing credentials, or a request before they were given. */
export class AuthFailedError extends PulseMQError {}

/** The user has no right to do this in that namespace. */
export class PermissionDeniedError extends PulseMQError {}

/** The user has as many connections as it may have. */
export class ConnectionLimitError extends PulseMQError {}

/** A namespace, topic or pattern that breaks the grammar. */
export class TopicFormatError extends PulseMQError {
  constructor(message: string) {
    super(ErrorCode.badName, message);
  }
}

/** A payload above the limit of its format. */
export class PayloadTooLargeError extends PulseMQError {
  /** Bytes it has; undefined when only the broker knew. */
  readonly sizeBytes: number | undefined;
  /** Bytes it may have; undefined when only the broker knew. */
  readonly limitBytes: number | undefined;

  constructor(message: string, sizeBytes?: number, limitBytes?: number) {
    super(ErrorCode.payloadTooLarge, message);
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** No answer within the time allowed. */
export class TimeoutError extends PulseMQError {
  constructor(message: string) {
    super(ErrorCode.timeout, message);
  }
}

/** Not connected, or no longer. */
export class NotConnectedError extends PulseMQError {
  constructor(message: string, options?: ErrorOptions) {
    super(ErrorCode.notConnected, message, options);
  }
}

const codeOfWireError: Record<number, ErrorCode> = {
  4: ErrorCode.permissionDenied,
  ...Object.fromEntries(
    Object.entries(WireError).map(([name, code]) => [code, ErrorCode[name as keyof typeof WireError]]),
  ),
};

/** The error that an ERROR reply stands for. Codes nobody has defined come as a PulseMQError that shows the number. */
export function errorOfReply(wireCode: number, text: string): PulseMQError {
  switch (wireCode) {
    case WireError.authFailed:
      return new AuthFailedError(ErrorCode.authFailed, text);
    case WireError.notAuthenticated:
      return new AuthFailedError(ErrorCode.notAuthenticated, text);
    case WireError.permissionDenied:
    case 4:
      return new PermissionDeniedError(ErrorCode.permissionDenied, text);
    case WireError.badName:
      return new TopicFormatError(text);
    case WireError.connectionLimit:
      return new ConnectionLimitError(ErrorCode.connectionLimit, text);
    case WireError.payloadTooLarge:
      return new PayloadTooLargeError(text);
    default:
      return new PulseMQError(codeOfWireError[wireCode] ?? ErrorCode.internal, `[${wireCode}] ${text}`);
  }
}
