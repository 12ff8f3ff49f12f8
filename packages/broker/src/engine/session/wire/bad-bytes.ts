import { ZmtpError, ZmtpErrorCode } from '@pulsemq/zmtp';

/** Errors for bytes that are not ZMTP. Each ends the connection, and is reported as the peer's mistake. */

/** Frames that one message may have. A peer that sends more speaks another protocol. */
export const maxFrameCount = 64;

export const badFlags = (flags: number, where: string): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.badFlags, `frame flags 0x${flags.toString(16).padStart(2, '0')} ${where}`);

export const tooManyFrames = (): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.tooManyFrames, `a message of more than ${maxFrameCount} frames`);

export const messageTooLarge = (sizeBytes: number, limitBytes: number): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.frameTooLarge, `a message of ${sizeBytes} bytes exceeds ${limitBytes} bytes`);

export const commandInsideMessage = (): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.unexpectedCommand, 'a command between the frames of a message');

export const commandTooLarge = (sizeBytes: number, limitBytes: number): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.commandTooLarge, `a command of ${sizeBytes} bytes exceeds ${limitBytes} bytes`);

export const reservedTooLarge = (sizeBytes: number, limitBytes: number): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.frameTooLarge, `a reserved frame of ${sizeBytes} bytes exceeds ${limitBytes} bytes`);
