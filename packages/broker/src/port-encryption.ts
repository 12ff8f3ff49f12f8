/** What the engine needs for encryption. Like all of the port it is plain data. */

/**
 * `optional`: clear text is allowed. `remote`: only from this machine. `always`: never.
 */
export const encryptionModes = ['optional', 'remote', 'always'] as const;

export type EncryptionMode = (typeof encryptionModes)[number];

/** Keys of the broker for CURVE, 32 bytes each. */
export interface EngineCurveKeys {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** Certificate chain, private key and, for client certificates, the authorities that signed them; all PEM. */
export interface EngineTls {
  readonly cert: string;
  readonly key: string;
  /** Null: client certificates are not asked for. */
  readonly clientCa: string | null;
}

/** How connections are encrypted. */
export interface EngineEncryption {
  readonly mode: EncryptionMode;
  /** Null: CURVE is off. */
  readonly curve: EngineCurveKeys | null;
  /** Null: TLS is off. */
  readonly tls: EngineTls | null;
}

/** Clear text only. */
export const noEncryption: EngineEncryption = { mode: 'optional', curve: null, tls: null };

/**
 * A key that is bound to a user: `curve:` and the public key of CURVE, or `tls:` and the SHA-256 of a client certificate, both 64 characters of
 * lower-case hex. A connection that has proved it may log in without a token.
 */
export interface EngineUserKey {
  readonly userId: number;
  readonly key: string;
}
