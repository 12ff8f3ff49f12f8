import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { parseCurveKey, ZmtpError } from '@pulsemq/zmtp';

/** How a client encrypts by TLS. */
export interface TlsOptions {
  /** Certificates of the authorities to trust, PEM. Default: those of the platform. A self-signed certificate is its own authority. */
  readonly ca?: string | Uint8Array;
  /** Certificate of this client, PEM. Needs `key`. A broker may bind it to a user. */
  readonly cert?: string | Uint8Array;
  /** Private key of `cert`, PEM. */
  readonly key?: string | Uint8Array;
  /** Name in the broker's certificate, where it is not `host`. */
  readonly serverName?: string;
}

/** How a client encrypts by CURVE. Keys are 40 characters of Z85 or 64 of hex. */
export interface CurveClientOptions {
  /** ZMQ_CURVE_SERVERKEY: the public key of the broker. The client talks to no other. */
  readonly serverKey: string;
  /** ZMQ_CURVE_PUBLICKEY: public key of this client. Default: that of `secretKey`. */
  readonly publicKey?: string;
  /** ZMQ_CURVE_SECRETKEY: secret key of this client. Default: a new one for each client, which is bound to no user. */
  readonly secretKey?: string;
}

/** Checked options of CURVE. */
export interface CurveSettings {
  readonly serverKey: Uint8Array;
  /** Null: a pair is made. */
  readonly secretKey: Uint8Array | null;
  /** The public key that was given; null if it follows from the secret one. */
  readonly publicKey: Uint8Array | null;
}

/** Encryption of one client. At most one of the two is set. */
export interface SecuritySettings {
  readonly tls: TlsOptions | null;
  readonly curve: CurveSettings | null;
}

/** What the checks need of the options of a client. */
interface Given {
  readonly tls?: boolean | TlsOptions;
  readonly curve?: CurveClientOptions;
}

/** Checks the options of encryption. Throws a PulseMQError `PMQ_BAD_OPTION` that shows no key. */
export function securityOf({ tls = false, curve }: Given): SecuritySettings {
  if (tls !== false && curve !== undefined) throw bad('tls and curve are both given, expected one of them');
  return { tls: tlsOf(tls), curve: curve === undefined ? null : curveOf(curve) };
}

/** True if the broker can know the user by a key, without a token. */
export const hasClientKey = ({ tls, curve }: SecuritySettings): boolean =>
  tls?.cert !== undefined || (curve !== null && curve.secretKey !== null);

function tlsOf(given: boolean | TlsOptions): TlsOptions | null {
  if (typeof given === 'boolean') return given ? {} : null;
  if (typeof given !== 'object' || given === null) {
    throw bad(`tls is ${kindOf(given)}, expected true, false or an object`);
  }
  if ((given.cert === undefined) !== (given.key === undefined)) {
    throw bad('tls.cert and tls.key belong together, one of them is missing');
  }
  return given;
}

function curveOf(given: CurveClientOptions): CurveSettings {
  if (typeof given !== 'object' || given === null) throw bad(`curve is ${kindOf(given)}, expected an object`);
  const { serverKey, publicKey, secretKey } = given;
  if (publicKey !== undefined && secretKey === undefined) throw bad('curve.publicKey needs curve.secretKey');
  return {
    serverKey: keyOf('curve.serverKey', serverKey),
    publicKey: publicKey === undefined ? null : keyOf('curve.publicKey', publicKey),
    secretKey: secretKey === undefined ? null : keyOf('curve.secretKey', secretKey),
  };
}

function keyOf(name: string, value: string): Uint8Array {
  if (typeof value !== 'string') throw bad(`${name} is of type ${typeof value}, expected a string`);
  try {
    return parseCurveKey(name, value);
  } catch (error) {
    throw error instanceof ZmtpError ? bad(error.message) : error;
  }
}

const kindOf = (given: unknown): string => (given === null ? 'null' : `of type ${typeof given}`);

const bad = (text: string): PulseMQError => new PulseMQError(ErrorCode.badOption, text);
