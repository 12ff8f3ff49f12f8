import {
  type ApiErrorBody,
  AuthFailedError,
  ErrorCode,
  NotConnectedError,
  PermissionDeniedError,
  PulseMQError,
} from '@pulsemq/protocol';
import type { HttpAnswer } from '../http-get.js';

/** The error for an answer that is not a success. */
export function historyError(apiUrl: string, { status, body }: HttpAnswer): PulseMQError {
  const refusal = refusalIn(body);
  if (refusal === undefined) {
    return new NotConnectedError(`${apiUrl} answered ${status} and is not the HTTP API of a broker; check apiUrl`);
  }
  // The part of the request in front of a field means nothing to a caller.
  const text = refusal.error.replace(/^query\./, '');
  if (status === 401) return new AuthFailedError(ErrorCode.authFailed, text);
  if (status === 403) return new PermissionDeniedError(ErrorCode.permissionDenied, text);
  return new PulseMQError(codeOf(status, refusal.code), text);
}

function codeOf(status: number, code: string): ErrorCode {
  if (status === 429 || code === 'TOO_LARGE') return ErrorCode.limitReached;
  if (status === 400) return ErrorCode.badOption;
  return status < 500 ? ErrorCode.badQuery : ErrorCode.internal;
}

function refusalIn(body: Uint8Array): ApiErrorBody | undefined {
  try {
    const refusal = JSON.parse(new TextDecoder().decode(body)) as ApiErrorBody | null;
    return typeof refusal?.error === 'string' && typeof refusal.code === 'string' ? refusal : undefined;
  } catch {
    // Not JSON, so another program answered.
    return undefined;
  }
}
