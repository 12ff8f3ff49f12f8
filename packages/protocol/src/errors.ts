import { ErrorCode, WireError } from './error-codes.js';
import type { ReplayEndReason, SnapshotEndReason } from './requests.js';

/** Base of all errors of PulseMQ. `code` is stable; the message names the thing, the value and the limit. */
export class PulseMQError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Wrong or missing credentials, or a request before AUTH. */
export class AuthFailedError extends PulseMQError {}

/** The user does not have the right to do this in the namespace. */
export class PermissionDeniedError extends PulseMQError {}

/** The user has reached its limit of connections. */
export class ConnectionLimitError extends PulseMQError {}

/** A namespace, topic or pattern that breaks the grammar. */
export class TopicFormatError extends PulseMQError {
  constructor(message: string) {
    super(ErrorCode.badName, message);
  }
}

/** A payload above the limit of its format. */
export class PayloadTooLargeError extends PulseMQError {
  /** Size of the payload; undefined if the broker refused it. */
  readonly sizeBytes: number | undefined;
  /** The limit; undefined if the broker refused the payload. */
  readonly limitBytes: number | undefined;

  constructor(message: string, sizeBytes?: number, limitBytes?: number) {
    super(ErrorCode.payloadTooLarge, message);
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** No answer in time. */
export class TimeoutError extends PulseMQError {
  constructor(message: string) {
    super(ErrorCode.timeout, message);
  }
}

/** There is no connection, or it was lost. */
export class NotConnectedError extends PulseMQError {
  constructor(message: string, options?: ErrorOptions) {
    super(ErrorCode.notConnected, message, options);
  }
}

/** The broker does not have a feature that an option needs. */
export class UnsupportedFeatureError extends PulseMQError {
  /** The word that AUTH_OK does not list, a value of `Feature`. */
  readonly feature: string;

  constructor(feature: string, message: string) {
    super(ErrorCode.unsupportedFeature, message);
    this.feature = feature;
  }
}

/** A snapshot ended before all images had arrived. */
export class SnapshotEndedError extends PulseMQError {
  /** Why: `closed` if the subscription ended first, else the reason of the broker. */
  readonly reason: SnapshotFailure;

  constructor(reason: SnapshotFailure, message: string, options?: ErrorOptions) {
    super(ErrorCode.snapshotEnded, message, options);
    this.reason = reason;
  }
}

/** Why a snapshot ended early. */
export type SnapshotFailure = Exclude<SnapshotEndReason, 'complete'> | 'closed';

/** A replay ended before all messages of the past had arrived. */
export class ReplayEndedError extends PulseMQError {
  /** Why: `closed` if the subscription ended first, else the reason of the broker. */
  readonly reason: ReplayFailure;

  constructor(reason: ReplayFailure, message: string, options?: ErrorOptions) {
    super(ErrorCode.replayEnded, message, options);
    this.reason = reason;
  }
}

/** Why a replay ended early. */
export type ReplayFailure = Exclude<ReplayEndReason, 'complete' | 'live'> | 'closed';

const codeOfWireError: Record<number, ErrorCode> = {
  4: ErrorCode.permissionDenied,
  ...Object.fromEntries(
    Object.entries(WireError).map(([name, code]) => [code, ErrorCode[name as keyof typeof WireError]]),
  ),
};

/** Makes the error for an ERROR reply. For codes without a class of their own it is a PulseMQError whose message begins with the code. */
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
