import { ZmtpError } from '../../src/errors.js';

/** The ZmtpError that an action throws. Any other error is thrown on. */
export function zmtpError(action: () => unknown): ZmtpError {
  try {
    action();
  } catch (error) {
    if (error instanceof ZmtpError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The code of the ZmtpError that an action throws. */
export const codeOf = (action: () => unknown): string => zmtpError(action).code;
