import type { EngineEvent } from '../port.js';
import { StartupError } from './startup-error.js';

/** A StartupError for a port that cannot be opened, by the system's error code; undefined for any other code. */
export function listenError(code: string, message: string): StartupError | undefined {
  const where = /\S+$/.exec(message)?.[0] ?? '';
  switch (code) {
    case 'EADDRINUSE':
      return new StartupError(`address in use: ${where}; another program listens there, give another port`);
    case 'EACCES':
      return new StartupError(`not allowed to listen on ${where}; ports below 1024 need privileges`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`server.host: this machine has no address ${where}`);
    default:
      return undefined;
  }
}

/** Why the engine cannot start or go on. */
export const engineFailure = ({ code, message }: Extract<EngineEvent, { kind: 'failed' }>): Error =>
  listenError(code, message) ?? new StartupError(`the engine failed: ${message}`);
