/** What a CURVE handshake starts from, and what it leaves for the traffic after it. */

import type { CurveCrypto } from './curve-crypto.js';

/** The key of a connection and its counters. `curve-opener.ts` and `curve-sealer.ts` work with it. */
export interface CurveSession {
  /** Key of the boxes of both directions. */
  readonly key: Uint8Array;
  /** This side accepted the connection. It decides the prefix of the nonces. */
  readonly isServer: boolean;
  /** Counter of the last box that this side sent. */
  readonly sentCounter: number;
  /** Counter of the last box that the peer sent. */
  readonly receivedCounter: number;
  /** Permanent public key of the peer, which has proved that it has the secret key. */
  readonly peerKey: Uint8Array;
}

/** The keys of one side, and what computes with them. */
export interface CurveOptions {
  readonly crypto: CurveCrypto;
  /** ZMQ_CURVE_PUBLICKEY: permanent public key of this side. */
  readonly publicKey: Uint8Array;
  /** ZMQ_CURVE_SECRETKEY: permanent secret key of this side. */
  readonly secretKey: Uint8Array;
  /** ZMQ_CURVE_SERVERKEY: permanent public key of the server that a client expects. A server has none. */
  readonly serverKey?: Uint8Array;
}
