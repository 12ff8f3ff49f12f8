/** Everything this package throws. An error ends the connection, save `badArgument` and `notReady`, which blame the caller. */

export const ZmtpErrorCode = {
  badSignature: 'ZMTP_BAD_SIGNATURE',
  unsupportedVersion: 'ZMTP_UNSUPPORTED_VERSION',
  badGreeting: 'ZMTP_BAD_GREETING',
  mechanismMismatch: 'ZMTP_MECHANISM_MISMATCH',
  badFlags: 'ZMTP_BAD_FLAGS',
  frameTooLarge: 'ZMTP_FRAME_TOO_LARGE',
  messageTooLarge: 'ZMTP_MESSAGE_TOO_LARGE',
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
  refusedByPeer: 'ZMTP_REFUSED_BY_PEER',
  badArgument: 'ZMTP_BAD_ARGUMENT',
  notReady: 'ZMTP_NOT_READY',
} as const;

export type ZmtpErrorCode = (typeof ZmtpErrorCode)[keyof typeof ZmtpErrorCode];

/** `code` is stable, one per cause; the message names the thing, the value and the limit. */
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
    `peer does not speak ZMTP 3: it looks like ${looksLike} (first bytes ${seen})`,
  );

export const unsupportedVersion = (revision: number) =>
  new ZmtpError(
    ZmtpErrorCode.unsupportedVersion,
    `peer announces revision ${revision}, which is ZMTP ${revision === 0 ? 1 : 2}; 3 is the lowest supported`,
  );

export const badGreeting = (detail: string) => new ZmtpError(ZmtpErrorCode.badGreeting, `bad greeting: ${detail}`);

export const mechanismMismatch = (theirs: string, ours: readonly string[]) =>
  new ZmtpError(
    ZmtpErrorCode.mechanismMismatch,
    `peer announces mechanism ${theirs}, this side speaks ${ours.join(' or ')}`,
  );

export const badFlags = (flags: number, why: string) =>
  new ZmtpError(ZmtpErrorCode.badFlags, `frame flags 0x${flags.toString(16).padStart(2, '0')}: ${why}`);

export const frameTooLarge = (sizeBytes: number, limit: number) =>
  new ZmtpError(ZmtpErrorCode.frameTooLarge, `frame of ${sizeBytes} bytes exceeds maxFrameBytes ${limit}`);

export const messageTooLarge = (sizeBytes: number, limit: number) =>
  new ZmtpError(
    ZmtpErrorCode.messageTooLarge,
    `message of ${sizeBytes} bytes or more exceeds maxMessageBytes ${limit}`,
  );

export const tooManyFrames = (count: number, limit: number) =>
  new ZmtpError(ZmtpErrorCode.tooManyFrames, `message of ${count} frames or more exceeds maxFramesPerMessage ${limit}`);

export const commandTooLarge = (sizeBytes: number, limit: number) =>
  new ZmtpError(
    ZmtpErrorCode.commandTooLarge,
    `handshake command of ${sizeBytes} bytes exceeds maxCommandBytes ${limit}`,
  );

export const handshakeTooLarge = (sizeBytes: number, limit: number) =>
  new ZmtpError(ZmtpErrorCode.handshakeTooLarge, `handshake of ${sizeBytes} bytes exceeds maxHandshakeBytes ${limit}`);

export const tooManyProperties = (limit: number) =>
  new ZmtpError(ZmtpErrorCode.tooManyProperties, `metadata has more properties than maxMetadataEntries ${limit}`);

export const badCommand = (detail: string) => new ZmtpError(ZmtpErrorCode.badCommand, `bad command: ${detail}`);

export const badMetadata = (detail: string) => new ZmtpError(ZmtpErrorCode.badMetadata, `bad metadata: ${detail}`);

export const unexpectedFrame = (flags: number) =>
  new ZmtpError(
    ZmtpErrorCode.unexpectedFrame,
    `message frame (flags 0x${flags.toString(16).padStart(2, '0')}) before the handshake is over`,
  );

export const unexpectedCommand = (name: string, expected: string) =>
  new ZmtpError(ZmtpErrorCode.unexpectedCommand, `command ${name} in the handshake where ${expected} is due`);

export const socketTypeMismatch = (theirs: string, ours: string, accepted: readonly string[]) =>
  new ZmtpError(
    ZmtpErrorCode.socketTypeMismatch,
    `peer socket type ${theirs} does not go with ${ours}, which accepts ${accepted.join(', ')}`,
  );

export const authFailed = () => new ZmtpError(ZmtpErrorCode.authFailed, 'PLAIN username or password refused');

export const refusedByPeer = (reason: string) =>
  new ZmtpError(
    ZmtpErrorCode.refusedByPeer,
    `peer refused the handshake: ${reason === '' ? 'no reason given' : reason}`,
  );

export const badArgument = (detail: string) => new ZmtpError(ZmtpErrorCode.badArgument, detail);

export const notReady = (what: string) => new ZmtpError(ZmtpErrorCode.notReady, `${what} before the handshake is over`);
