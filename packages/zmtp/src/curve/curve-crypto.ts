/**
 * The cryptography that CURVE (RFC 26) needs, as an interface: X25519 for shared keys, XSalsa20-Poly1305 for boxes. `sodium/`
 * has it on libsodium. This folder computes no cryptography itself.
 */

/** Bytes of a public key, a secret key and a shared key. */
export const curveKeyBytes = 32;
/** Bytes of the nonce of a box. */
export const boxNonceBytes = 24;
/** Bytes that a box is longer than what is in it: its authenticator. */
export const boxOverheadBytes = 16;

/** A pair of keys, 32 bytes each. */
export interface CurveKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** Makes keys, boxes of handshakes, and workspaces for the boxes of traffic. All results are copies. */
export interface CurveCrypto {
  /** Random bytes from the system's generator. */
  randomBytes(sizeBytes: number): Uint8Array;
  makeKeyPair(): CurveKeyPair;
  /** The public key that belongs to a secret key. */
  publicKeyOf(secretKey: Uint8Array): Uint8Array;
  /** The key of boxes between two sides; null for a public key that would make the same key with every secret key. */
  sharedKey(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array | null;
  /** A box, 16 bytes longer than `plain`. A nonce must not be used twice with one key. */
  seal(plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array;
  /** What is in a box; null when it was not made with this nonce and key, or was changed. */
  open(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | null;
  /** Memory for boxes of at most `sizeBytes`. Give it back with `release`. */
  workspace(sizeBytes: number): BoxWorkspace;
}

/**
 * Memory in which many boxes are made or opened without a copy for each of them. A batch is copied into `input`, its boxes are made
 * one after the other, and the result is copied out of `output`. Read both properties again after each other call of the crypto: memory
 * that grows moves.
 */
export interface BoxWorkspace {
  readonly sizeBytes: number;
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  /** Sets the key, and the 16 bytes with which each nonce begins, for the calls that follow. */
  begin(key: Uint8Array, noncePrefix: Uint8Array): void;
  /** Puts `sizeBytes` at `inputAt` into a box at `outputAt`. `counter` is the end of the nonce, 0 to 2^53 - 1. */
  seal(counter: number, inputAt: number, sizeBytes: number, outputAt: number): void;
  /** Opens the box of `sizeBytes` at `inputAt`. Returns false, and leaves `outputAt` undefined, when it is not genuine. */
  open(counter: number, inputAt: number, sizeBytes: number, outputAt: number): boolean;
  /** Gives the memory back. The workspace must not be used any more. */
  release(): void;
}
