import { ErrorCode, PulseMQError } from '@pulsemq/protocol';

/** A call that can be given up. */
export interface CallOptions {
  /** Ends the wait: the call rejects with a PulseMQError `PMQ_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** What a call rejects with whose signal fired. The signal's reason is the cause. */
export const abortError = (signal: AbortSignal): PulseMQError =>
  new PulseMQError(ErrorCode.aborted, 'the call was aborted', { cause: signal.reason });

/** Rejects when the signal fires before `promise` settles; what the promise does afterwards is nobody's business. */
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
