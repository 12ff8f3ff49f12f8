import { ZmtpError } from '../../src/errors.js';

/** The ZmtpError an action throws; anything else it throws goes on. */
export function zmtpError(action: () => unknown): ZmtpError {
  try {
    action();
  } catch (error) {
    if (error instanceof ZmtpError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export const codeOf = (action: () => unknown): string => zmtpError(action).code;
