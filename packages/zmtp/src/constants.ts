/** Flags byte of a frame; bits 3 to 7 are reserved and zero (RFC 23, framing). */
export const FrameFlag = { more: 1, long: 2, command: 4 } as const;

/** Largest body of a short frame. */
export const shortFrameMaxBytes = 255;

/** Size of the greeting: signature 10, version 2, mechanism 20, as-server 1, filler 31. */
export const greetingBytes = 64;

/** The version we announce. */
export const versionMajor = 3;
export const versionMinor = 1;

export type MechanismName = 'NULL' | 'PLAIN';

export type SocketType =
  | 'PAIR'
  | 'PUB'
  | 'SUB'
  | 'XPUB'
  | 'XSUB'
  | 'REQ'
  | 'REP'
  | 'DEALER'
  | 'ROUTER'
  | 'PULL'
  | 'PUSH';

/** Whom each socket type may talk to (RFC 23, the socket type property). */
export const acceptedPeers: Readonly<Record<SocketType, readonly SocketType[]>> = {
  PAIR: ['PAIR'],
  PUB: ['SUB', 'XSUB'],
  XPUB: ['SUB', 'XSUB'],
  SUB: ['PUB', 'XPUB'],
  XSUB: ['PUB', 'XPUB'],
  REQ: ['REP', 'ROUTER'],
  REP: ['REQ', 'DEALER'],
  DEALER: ['REP', 'DEALER', 'ROUTER'],
  ROUTER: ['REQ', 'DEALER', 'ROUTER'],
  PULL: ['PUSH'],
  PUSH: ['PULL'],
};
