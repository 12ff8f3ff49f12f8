import {
  type BoxWorkspace,
  type CurveCrypto,
  CurveOpener,
  type CurveOptions,
  CurveSealer,
  type CurveSession,
  type PlainSink,
} from '@pulsemq/zmtp';
import type { CurveSettings } from './security-options.js';

/** Bytes that are decrypted or encrypted at once. */
const workspaceBytes = 524_288;

/** What all encrypted links of a program share: they work one after the other. */
interface CurveMemory {
  readonly opening: BoxWorkspace;
  readonly sealing: BoxWorkspace;
  readonly plain: Uint8Array;
}

const memories = new WeakMap<CurveCrypto, CurveMemory>();

function memoryOf(crypto: CurveCrypto): CurveMemory {
  let memory = memories.get(crypto);
  if (memory === undefined) {
    const [opening, sealing] = [crypto.workspace(workspaceBytes), crypto.workspace(workspaceBytes)];
    memory = { opening, sealing, plain: new Uint8Array(workspaceBytes) };
    memories.set(crypto, memory);
  }
  return memory;
}

/** CURVE as a link uses it. */
export interface LoadedCurve {
  optionsOf(settings: CurveSettings): CurveOptions;
  /** `onPlain` gets what was decrypted; it is overwritten after the call. */
  link(session: CurveSession, maxFrameBytes: number, onPlain: PlainSink<Uint8Array>): CurveLink;
}

/** CURVE with this cryptography. */
export const curveWith = (crypto: CurveCrypto): LoadedCurve => ({
  optionsOf: (settings) => curveOptions(crypto, settings),
  link: (session, maxFrameBytes, onPlain) => new CurveLink(crypto, session, maxFrameBytes, onPlain),
});

/** The keys of a link. Without a secret key a pair is made for it. */
function curveOptions(crypto: CurveCrypto, { serverKey, secretKey, publicKey }: CurveSettings): CurveOptions {
  if (secretKey === null) return { crypto, serverKey, ...crypto.makeKeyPair() };
  return { crypto, serverKey, secretKey, publicKey: publicKey ?? crypto.publicKeyOf(secretKey) };
}

/** Encrypts and decrypts the traffic of one link after its CURVE handshake. */
export class CurveLink {
  readonly #sealer: CurveSealer;
  readonly #opener: CurveOpener<Uint8Array>;

  /** `onPlain` gets what was decrypted; it is overwritten after the call. */
  constructor(crypto: CurveCrypto, session: CurveSession, maxFrameBytes: number, onPlain: PlainSink<Uint8Array>) {
    const { opening, sealing, plain } = memoryOf(crypto);
    const allocate = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes);
    this.#sealer = new CurveSealer(session, { crypto, workspace: sealing, allocate });
    this.#opener = new CurveOpener(
      session,
      { crypto, workspace: opening, plain, allocate },
      { maxFrameBytes },
      onPlain,
    );
  }

  /** Encrypts whole frames; of a frame that comes in pieces nothing leaves before the last piece. */
  seal(plain: Uint8Array): Uint8Array {
    return this.#sealer.seal(plain);
  }

  /** Decrypts `[start, end)`. Throws a ZmtpError for bytes that are not genuine. */
  open(buf: Uint8Array, start: number, end: number): void {
    this.#opener.push(buf, start, end);
  }
}
