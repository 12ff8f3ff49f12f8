import { TimeoutError } from '@pulsemq/protocol';

/** The error of a call that waited for a connection. */
export const noConnection = (timeoutMs: number): TimeoutError =>
  new TimeoutError(`no connection within ${timeoutMs} ms (offlineTimeoutMs)`);
