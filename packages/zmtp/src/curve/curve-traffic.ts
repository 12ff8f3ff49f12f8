/** The form of MESSAGE (RFC 26): name, counter, and a box with the flags and the body of one frame. */

import { FrameFlag } from '../constants.js';
import { badCommand } from '../errors.js';
import { boxOverheadBytes } from './curve-crypto.js';
import { counterBytes, NoncePrefix } from './curve-nonce.js';
import type { CurveSession } from './curve-session.js';

/** Length byte and name of the command. */
export const messageName = new Uint8Array([7, 77, 69, 83, 83, 65, 71, 69]);
/** Offset of the box in the body of a frame. */
export const messageBoxAt = messageName.length + counterBytes;
/** Bytes that the body of an encrypted frame is longer than that of the plain one: name, counter, authenticator, flags. */
export const messageOverheadBytes = messageBoxAt + boxOverheadBytes + 1;

/** Bits of the flags in the box. COMMAND has another place than in the header of a frame. */
const BoxFlag = { more: 1, command: 2 } as const;

/** The flags in the box, for those in the header of a frame. */
export const boxFlagsOf = (frameFlags: number): number =>
  (frameFlags & FrameFlag.more) | ((frameFlags & FrameFlag.command) >> 1);

/** The flags in the header of a frame, for those in the box. Throws a ZmtpError `ZMTP_BAD_COMMAND` for other bits. */
export function frameFlagsOf(boxFlags: number): number {
  if ((boxFlags & ~(BoxFlag.more | BoxFlag.command)) !== 0 || boxFlags === (BoxFlag.more | BoxFlag.command)) {
    throw badCommand(`MESSAGE has the flags 0x${boxFlags.toString(16).padStart(2, '0')}, expected 00, 01 or 02`);
  }
  return (boxFlags & BoxFlag.more) | ((boxFlags & BoxFlag.command) << 1);
}

/** The beginning of the nonces that this side sends. */
export const sentPrefix = ({ isServer }: CurveSession): Uint8Array =>
  isServer ? NoncePrefix.messageOfServer : NoncePrefix.messageOfClient;

/** The beginning of the nonces that the peer sends. */
export const receivedPrefix = ({ isServer }: CurveSession): Uint8Array =>
  isServer ? NoncePrefix.messageOfClient : NoncePrefix.messageOfServer;
