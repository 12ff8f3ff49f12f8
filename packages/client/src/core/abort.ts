import { ErrorCode, PulseMQError } from '@pulsemq/protocol';

/** Options of a call that waits. */
export interface CallOptions {
  /** Ends the wait: the call rejects with a PulseMQError `PMQ_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** The error of a call whose signal was aborted. Its cause is the signal's reason. */
export const abortError = (signal: AbortSignal): PulseMQError =>
  new PulseMQError(ErrorCode.aborted, 'the call was aborted by its signal', { cause: signal.reason });

/** Settles as the promise does, or rejects if the signal is aborted first. The later result of the promise is then ignored. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(abortError(signal));
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
