/** Numbers and names of the wire: ZMTP 3.1 (RFC 37) and 3.0 (RFC 23). */

/** Bits of a frame's first byte. Bits 3 to 7 are reserved and must be zero. */
export const FrameFlag = { more: 1, long: 2, command: 4 } as const;

/** Largest body whose length is one byte. A longer body has a length of eight bytes. */
export const shortBodyMaxBytes = 255;

/** The version this package announces, and falls back to for a peer with a higher major version. */
export const version = { major: 3, minor: 1 } as const;

/** Offset of each field of the greeting. Byte 32 is as-server; 31 bytes of filler follow it. */
export const GreetingOffset = { signatureEnd: 9, major: 10, minor: 11, mechanism: 12, asServer: 32 } as const;

/** Size of the greeting. */
export const greetingBytes = 64;
/** Size of its mechanism field: an ASCII name, padded with zeros. */
export const mechanismFieldBytes = 20;

/** Byte 0 of the greeting. */
export const signatureFirst = 0xff;
/** Byte 9 of the greeting. */
export const signatureLast = 0x7f;

/** RFC 37 `ping-context`: its largest size. A longer context would let a PING draw a large PONG. */
export const pingContextMaxBytes = 16;

/** Largest value of a one-byte length: names, PLAIN's username and password, identity, reason of an ERROR. */
export const shortStringMaxBytes = 255;

/** The socket types that each socket type may connect to (RFC 37, "Socket-Type"). */
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

/** A ZeroMQ socket type. */
export type SocketType = keyof typeof compatibleSocketTypes;

/** The socket types that announce an identity: only these use one. libzmq does the same. */
export const typesWithIdentity: ReadonlySet<SocketType> = new Set(['REQ', 'DEALER', 'ROUTER']);

/**
 * A peer sends at most two commands before READY, and libzmq needs less than 100 bytes for them. The rest is room for
 * application metadata. Ten thousand unauthenticated peers can hold this much memory each, so the limits are small.
 */
export const defaultHandshakeLimits = {
  maxHandshakeBytes: 16_384,
  maxCommandBytes: 8_192,
  maxMetadataEntries: 32,
} as const;
