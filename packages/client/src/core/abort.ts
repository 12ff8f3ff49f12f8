import { ErrorCode, PulseMQError } from '@pulsemq/protocol';

/** Options of a call that waits. */
export interface CallOptions {
  /** Ends the wait: the call rejects with a PulseMQError `PMQ_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** The error of a call whose signal was aborted. Its cause is the signal's reason. */
export const abortError = (signal: AbortSignal): PulseMQError =>
  new PulseMQError(ErrorCode.aborted, 'the call was aborted by its signal', { cause: signal.reason });

/** The calls that wait for a signal, and its one listener. */
interface Waiting {
  readonly calls: Set<() => void>;
  readonly listener: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back once when the signal is aborted, unless the returned function was called before. The signal must not be aborted yet. A
 * program may pass one signal to a thousand calls, and Node warns of more than ten listeners, so all calls share one listener, which is
 * removed with the last of them.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { calls } = waiting.get(signal) ?? listenTo(signal);
  // A function of its own, so that one callback may wait twice.
  const call = (): void => callback();
  calls.add(call);
  return () => {
    if (calls.delete(call) && calls.size === 0) forget(signal);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const calls = new Set<() => void>();
  const listener = (): void => {
    forget(signal);
    for (const call of calls) call();
  };
  signal.addEventListener('abort', listener, { once: true });
  const one = { calls, listener };
  waiting.set(signal, one);
  return one;
}

function forget(signal: AbortSignal): void {
  const one = waiting.get(signal);
  if (one === undefined) return;
  waiting.delete(signal);
  signal.removeEventListener('abort', one.listener);
}

/**
 * Makes a call with a signal that aborts when one of these does. With `AbortSignal.any`, each call would leave an entry in every signal that
 * outlives it, such as one of the whole program.
 */
export async function withEither<Value>(
  signals: readonly AbortSignal[],
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const either = new AbortController();
  const stops: (() => void)[] = [];
  for (const signal of signals) {
    if (signal.aborted) either.abort(signal.reason);
    else stops.push(onAbort(signal, () => either.abort(signal.reason)));
  }
  try {
    return await call(either.signal);
  } finally {
    for (const stop of stops) stop();
  }
}

/** Settles as the promise does, or rejects if the signal is aborted first. The later result of the promise is then ignored. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(abortError(signal));
  }
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(abortError(signal)));
    promise.then(resolve, reject).finally(stop);
  });
}
