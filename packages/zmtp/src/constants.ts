/** Numbers and names of the wire: ZMTP 3.1 (RFC 37) and 3.0 (RFC 23). */

/** Bits of a frame's first byte. Bits 3 to 7 are reserved and must be zero. */
export const FrameFlag = { more: 1, long: 2, command: 4 } as const;

/** A body up to this size has its length in one byte; a longer one in eight. */
export const shortBodyMaxBytes = 255;

/** What we announce, and what a peer with a higher major must fall back to. */
export const version = { major: 3, minor: 1 } as const;

/** Where each field of the greeting starts. Byte 32 is as-server, then 31 bytes of filler. */
export const GreetingOffset = { signatureEnd: 9, major: 10, minor: 11, mechanism: 12, asServer: 32 } as const;

export const greetingBytes = 64;
export const mechanismFieldBytes = 20;

export const signatureFirst = 0xff;
export const signatureLast = 0x7f;

/** RFC 37 `ping-context`. Longer ones would make a PONG an amplifier. */
export const pingContextMaxBytes = 16;

/** Largest value of one length byte: names, PLAIN's username and password, identity, error reason. */
export const shortStringMaxBytes = 255;

/** Who may talk to whom (RFC 37, "Socket-Type"). */
export const compatibleSocketTypes = {
  REQ: ['REP', 'ROUTER'],
  REP: ['REQ', 'DEALER'],
  DEALER: ['REP', 'DEALER', 'ROUTER'],
  ROUTER: ['REQ', 'DEALER', 'ROUTER'],
  PUB: ['SUB', 'XSUB'],
  XPUB: ['SUB', 'XSUB'],
  SUB: ['PUB', 'XPUB'],
  XSUB: ['PUB', 'XPUB'],
  PUSH: ['PULL'],
  PULL: ['PUSH'],
  PAIR: ['PAIR'],
} as const satisfies Record<string, readonly string[]>;

export type SocketType = keyof typeof compatibleSocketTypes;

/** Only these have a use for an identity, so only these announce one. libzmq does the same. */
export const typesWithIdentity: ReadonlySet<SocketType> = new Set(['REQ', 'DEALER', 'ROUTER']);

/**
 * Two commands at most come before READY. libzmq sends under 100 bytes; the rest is room for metadata of applications.
 * Ten thousand strangers may hold this much each, so it stays small.
 */
export const defaultHandshakeLimits = {
  maxHandshakeBytes: 16_384,
  maxCommandBytes: 8_192,
  maxMetadataEntries: 32,
} as const;

/** ZMQ_MAXMSGSIZE, which libzmq leaves unlimited. A client trusts its broker more than the reverse, but not with everything. */
export const defaultTrafficLimits = {
  maxFrameBytes: 64 * 1024 * 1024,
  maxFramesPerMessage: 1024,
  maxMessageBytes: 128 * 1024 * 1024,
} as const;
