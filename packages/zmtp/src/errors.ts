/** One code per cause; stable. */
export const ZmtpErrorCode = {
  badSignature: 'ZMTP_BAD_SIGNATURE',
  badVersion: 'ZMTP_BAD_VERSION',
  badGreeting: 'ZMTP_BAD_GREETING',
  mechanismRefused: 'ZMTP_MECHANISM_REFUSED',
  handshakeTooLarge: 'ZMTP_HANDSHAKE_TOO_LARGE',
  badCommand: 'ZMTP_BAD_COMMAND',
  badMetadata: 'ZMTP_BAD_METADATA',
  socketTypeRefused: 'ZMTP_SOCKET_TYPE_REFUSED',
  authenticationFailed: 'ZMTP_AUTHENTICATION_FAILED',
  peerError: 'ZMTP_PEER_ERROR',
  badFlags: 'ZMTP_BAD_FLAGS',
  frameTooLarge: 'ZMTP_FRAME_TOO_LARGE',
  messageTooLarge: 'ZMTP_MESSAGE_TOO_LARGE',
  tooManyFrames: 'ZMTP_TOO_MANY_FRAMES',
  notReady: 'ZMTP_NOT_READY',
} as const;

export type ZmtpErrorCode = (typeof ZmtpErrorCode)[keyof typeof ZmtpErrorCode];

/** The connection cannot go on. The message names the thing, the value and the limit. */
export class ZmtpError extends Error {
  readonly code: ZmtpErrorCode;

  constructor(code: ZmtpErrorCode, message: string) {
    super(message);
    this.name = 'ZmtpError';
    this.code = code;
  }
}

export const frameTooLarge = (sizeBytes: number, maxFrameBytes: number): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.frameTooLarge, `frame of ${sizeBytes} bytes exceeds maxFrameBytes ${maxFrameBytes}`);

export const badFlags = (flags: number): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.badFlags, `frame flags 0x${flags.toString(16).padStart(2, '0')} are not ZMTP`);
