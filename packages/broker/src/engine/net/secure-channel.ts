import {
  type BoxWorkspace,
  type CurveCrypto,
  CurveOpener,
  CurveSealer,
  type CurveSession,
  curveKeyHex,
  type PlainSink,
} from '@pulsemq/zmtp';

/** Bytes that are decrypted or encrypted at once. */
const workspaceBytes = 524_288;

/** Memory that all channels of the engine share: they work one after the other. */
export interface ChannelMemory {
  readonly crypto: CurveCrypto;
  readonly opening: BoxWorkspace;
  readonly sealing: BoxWorkspace;
  /** Takes what was decrypted while it is handled. */
  readonly plain: Buffer;
}

/** Makes the memory of the channels, about 3 MiB. */
export const makeChannelMemory = (crypto: CurveCrypto): ChannelMemory => ({
  crypto,
  opening: crypto.workspace(workspaceBytes),
  sealing: crypto.workspace(workspaceBytes),
  plain: Buffer.allocUnsafeSlow(workspaceBytes),
});

/** Takes bytes to send: a socket, or frames around it. */
export interface ByteSink {
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): unknown;
}

/** Encrypts and decrypts the traffic of one connection that chose CURVE. A connection without one costs a comparison with null. */
export class SecureChannel {
  /** The permanent key of the peer, as keys of users are written. */
  readonly provenKey: string;
  readonly #opener: CurveOpener<Buffer>;
  readonly #sealer: CurveSealer;

  /** `frameMaxBytes` says how large a plain frame of the peer may be now. */
  constructor(session: CurveSession, memory: ChannelMemory, frameMaxBytes: () => number, onPlain: PlainSink<Buffer>) {
    const { crypto, opening, sealing, plain } = memory;
    this.provenKey = `curve:${curveKeyHex(session.peerKey)}`;
    const limits = {
      get maxFrameBytes() {
        return frameMaxBytes();
      },
    };
    const allocate = (sizeBytes: number): Buffer => Buffer.allocUnsafe(sizeBytes);
    this.#opener = new CurveOpener(session, { crypto, workspace: opening, plain, allocate }, limits, onPlain);
    this.#sealer = new CurveSealer(session, { crypto, workspace: sealing, allocate });
  }

  /** Bytes of a frame that has begun to arrive. */
  get heldBytes(): number {
    return this.#opener.heldBytes;
  }

  /** Decrypts `[start, end)` and hands on the plain frames. Throws a ZmtpError for bytes that are not genuine. */
  open(buf: Buffer, start: number, end: number): void {
    this.#opener.push(buf, start, end);
  }

  /** Encrypts bytes of plain frames and writes them. A frame leaves when it is whole: until then nothing waits for the kernel. */
  write(out: ByteSink, plain: Buffer, done: (error?: Error | null) => void): void {
    const sealed = this.#sealer.seal(plain);
    if (sealed.length === 0) done();
    else out.write(sealed, done);
  }
}
