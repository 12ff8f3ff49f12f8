/**
 * All errors of this package. After an error close the connection. Two of them are mistakes of the caller and say nothing
 * about the peer: `badArgument` and `notReady`.
 */

/** Stable codes, one per cause. */
export const ZmtpErrorCode = {
  badSignature: 'ZMTP_BAD_SIGNATURE',
  unsupportedVersion: 'ZMTP_UNSUPPORTED_VERSION',
  badGreeting: 'ZMTP_BAD_GREETING',
  mechanismMismatch: 'ZMTP_MECHANISM_MISMATCH',
  badFlags: 'ZMTP_BAD_FLAGS',
  frameTooLarge: 'ZMTP_FRAME_TOO_LARGE',
  /** For owners that gather the frames of messages: this package has no such limit itself. */
  tooManyFrames: 'ZMTP_TOO_MANY_FRAMES',
  commandTooLarge: 'ZMTP_COMMAND_TOO_LARGE',
  handshakeTooLarge: 'ZMTP_HANDSHAKE_TOO_LARGE',
  tooManyProperties: 'ZMTP_TOO_MANY_PROPERTIES',
  badCommand: 'ZMTP_BAD_COMMAND',
  badMetadata: 'ZMTP_BAD_METADATA',
  unexpectedFrame: 'ZMTP_UNEXPECTED_FRAME',
  unexpectedCommand: 'ZMTP_UNEXPECTED_COMMAND',
  socketTypeMismatch: 'ZMTP_SOCKET_TYPE_MISMATCH',
  authFailed: 'ZMTP_AUTH_FAILED',
  /** A CURVE box is not genuine: made with another key, or changed on its way. */
  badBox: 'ZMTP_BAD_BOX',
  /** A CURVE box was sent before, or is out of order. */
  badNonce: 'ZMTP_BAD_NONCE',
  refusedByPeer: 'ZMTP_REFUSED_BY_PEER',
  badArgument: 'ZMTP_BAD_ARGUMENT',
  notReady: 'ZMTP_NOT_READY',
} as const;

/** One of the codes. */
export type ZmtpErrorCode = (typeof ZmtpErrorCode)[keyof typeof ZmtpErrorCode];

/** An error of this package. `code` is stable; the message names the thing, the value and the limit. */
export class ZmtpError extends Error {
  readonly code: ZmtpErrorCode;

  constructor(code: ZmtpErrorCode, message: string) {
    super(message);
    this.name = 'ZmtpError';
    this.code = code;
  }
}

export const badSignature = (seen: string, looksLike: string) =>
  new ZmtpError(
    ZmtpErrorCode.badSignature,
    `the peer does not speak ZMTP 3: its first bytes ${seen} look like ${looksLike}`,
  );

export const unsupportedVersion = (revision: number) =>
  new ZmtpError(
    ZmtpErrorCode.unsupportedVersion,
    `the peer announces revision ${revision}, which is ZMTP ${revision === 0 ? 1 : 2}; the lowest supported version is ZMTP 3`,
  );

export const badGreeting = (detail: string) => new ZmtpError(ZmtpErrorCode.badGreeting, `bad greeting: ${detail}`);

export const mechanismMismatch = (theirs: string, ours: readonly string[]) =>
  new ZmtpError(
    ZmtpErrorCode.mechanismMismatch,
    `the peer announces mechanism ${theirs}, this side accepts ${ours.join(' or ')}`,
  );

export const badFlags = (flags: number, why: string) =>
  new ZmtpError(ZmtpErrorCode.badFlags, `frame flags 0x${flags.toString(16).padStart(2, '0')}: ${why}`);

export const frameTooLarge = (sizeBytes: number, limitBytes: number) =>
  new ZmtpError(ZmtpErrorCode.frameTooLarge, `frame of ${sizeBytes} bytes exceeds maxFrameBytes ${limitBytes}`);

export const commandTooLarge = (sizeBytes: number, limitBytes: number) =>
  new ZmtpError(
    ZmtpErrorCode.commandTooLarge,
    `handshake command of ${sizeBytes} bytes exceeds maxCommandBytes ${limitBytes}`,
  );

export const handshakeTooLarge = (sizeBytes: number, limitBytes: number) =>
  new ZmtpError(
    ZmtpErrorCode.handshakeTooLarge,
    `handshake of ${sizeBytes} bytes exceeds maxHandshakeBytes ${limitBytes}`,
  );

export const tooManyProperties = (limitCount: number) =>
  new ZmtpError(ZmtpErrorCode.tooManyProperties, `metadata has more properties than maxMetadataEntries ${limitCount}`);

export const badCommand = (detail: string) => new ZmtpError(ZmtpErrorCode.badCommand, `bad command: ${detail}`);

export const badMetadata = (detail: string) => new ZmtpError(ZmtpErrorCode.badMetadata, `bad metadata: ${detail}`);

export const unexpectedFrame = (flags: number) =>
  new ZmtpError(
    ZmtpErrorCode.unexpectedFrame,
    `message frame with flags 0x${flags.toString(16).padStart(2, '0')} before the end of the handshake`,
  );

export const unexpectedCommand = (name: string, expected: string) =>
  new ZmtpError(
    ZmtpErrorCode.unexpectedCommand,
    `the peer sent command ${name} in the handshake, expected ${expected}`,
  );

export const socketTypeMismatch = (theirs: string, ours: string, accepted: readonly string[]) =>
  new ZmtpError(
    ZmtpErrorCode.socketTypeMismatch,
    `the peer has socket type ${theirs}, but ${ours} connects only to ${accepted.join(', ')}`,
  );

export const authFailed = () => new ZmtpError(ZmtpErrorCode.authFailed, 'the PLAIN username or password is wrong');

export const badBox = (what: string, hint: string) =>
  new ZmtpError(ZmtpErrorCode.badBox, `${what} cannot be opened: ${hint}`);

export const badNonce = (counter: number, last: number) =>
  new ZmtpError(
    ZmtpErrorCode.badNonce,
    `a CURVE box has the counter ${counter}, expected more than ${last}: it was sent before or is out of order`,
  );

export const refusedByPeer = (reason: string) =>
  new ZmtpError(
    ZmtpErrorCode.refusedByPeer,
    `the peer refused the handshake: ${reason === '' ? 'it gave no reason' : reason}`,
  );

export const badArgument = (detail: string) => new ZmtpError(ZmtpErrorCode.badArgument, detail);

export const notReady = (what: string) =>
  new ZmtpError(ZmtpErrorCode.notReady, `${what} is not known before the end of the handshake`);
