/**
 * Turns encrypted frames into plain ones. Before it: the socket. After it: what reads frames without encryption. A frame that is not genuine,
 * was sent before or is out of order ends the connection by an error; nothing is allocated for a frame before its length is checked.
 */

import { holdsBytes } from '../bytes.js';
import { FrameFlag } from '../constants.js';
import { badBox, badCommand } from '../errors.js';
import { FrameDecoder, type FrameLimits } from '../frame-decoder.js';
import { frameHeaderBytes, writeFrameHeader } from '../frame-header.js';
import type { BoxWorkspace, CurveCrypto } from './curve-crypto.js';
import { nextCounter } from './curve-nonce.js';
import type { CurveSession } from './curve-session.js';
import { frameFlagsOf, messageBoxAt, messageName, messageOverheadBytes, receivedPrefix } from './curve-traffic.js';

/** What openers of one thread share: they work one after the other. */
export interface OpenerMemory<Bytes extends Uint8Array> {
  readonly crypto: CurveCrypto;
  readonly workspace: BoxWorkspace;
  /** Takes plain frames for the time of a call of the sink. As large as the workspace. */
  readonly plain: Bytes;
  /** Makes memory that the caller overwrites, for a frame that is too large for `plain`. */
  allocate(sizeBytes: number): Bytes;
}

/** Takes bytes `[0, end)` of plain frames. They are overwritten after the call. */
export type PlainSink<Bytes extends Uint8Array> = (buf: Bytes, end: number) => void;

const notGenuine = 'it was made with another key, or its bytes were changed';

/** Decrypts what one side of a connection receives. */
export class CurveOpener<Bytes extends Uint8Array> {
  readonly #memory: OpenerMemory<Bytes>;
  readonly #key: Uint8Array;
  readonly #prefix: Uint8Array;
  readonly #sink: PlainSink<Bytes>;
  readonly #decoder: FrameDecoder;
  #counter: number;
  /** The piece that is in the workspace: where it came from. */
  #piece: Uint8Array | null = null;
  #pieceStart = 0;
  /** Bytes of plain frames in the output of the workspace. */
  #plainBytes = 0;

  /** `limits.maxFrameBytes` is for plain frames, and read again for each frame. */
  constructor(session: CurveSession, memory: OpenerMemory<Bytes>, limits: FrameLimits, sink: PlainSink<Bytes>) {
    this.#memory = memory;
    this.#key = session.key;
    this.#prefix = receivedPrefix(session);
    this.#counter = session.receivedCounter;
    this.#sink = sink;
    const encryptedLimits: FrameLimits = {
      get maxFrameBytes() {
        return limits.maxFrameBytes + messageOverheadBytes;
      },
    };
    this.#decoder = new FrameDecoder(encryptedLimits, {
      onFrame: (buf, flags, start, end) => this.#onFrame(buf, flags, start, end),
    });
  }

  /** Bytes of a frame that has begun to arrive. */
  get heldBytes(): number {
    return this.#decoder.heldBytes;
  }

  /** Decrypts `[start, end)`. Throws a ZmtpError; the frames before the bad one have gone to the sink. Close the connection then. */
  push(chunk: Uint8Array, start: number, end: number): void {
    const { workspace } = this.#memory;
    // The other half is for a frame that came in pieces.
    const pieceBytes = workspace.sizeBytes >>> 1;
    for (let at = start; at < end; at += pieceBytes) {
      const pieceEnd = Math.min(end, at + pieceBytes);
      workspace.input.set(chunk.subarray(at, pieceEnd));
      workspace.begin(this.#key, this.#prefix);
      this.#piece = chunk;
      this.#pieceStart = at;
      try {
        this.#decoder.push(chunk, at, pieceEnd);
      } finally {
        this.#piece = null;
        this.#flush();
      }
    }
  }

  #flush(): void {
    const plainBytes = this.#plainBytes;
    if (plainBytes === 0) return;
    this.#plainBytes = 0;
    const { plain, workspace } = this.#memory;
    plain.set(workspace.output.subarray(0, plainBytes));
    this.#sink(plain, plainBytes);
  }

  #onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    const sizeBytes = end - start;
    if (sizeBytes < messageOverheadBytes || (flags & FrameFlag.more) !== 0 || !holdsBytes(buf, start, messageName)) {
      throw badCommand(`a frame of ${sizeBytes} bytes is not a MESSAGE of CURVE`);
    }
    const counter = nextCounter(buf, start + messageName.length, this.#counter);
    this.#counter = counter;
    const { workspace } = this.#memory;
    if (buf === this.#piece) return this.#open(workspace, counter, start - this.#pieceStart, sizeBytes);
    const heldAt = workspace.sizeBytes >>> 1;
    if (sizeBytes > workspace.sizeBytes - heldAt) return this.#openLarge(buf, counter, start, end);
    workspace.input.set(buf.subarray(start, end), heldAt);
    this.#open(workspace, counter, heldAt, sizeBytes);
  }

  /** Opens the MESSAGE of `sizeBytes` at `inputAt` and adds its plain frame to the output. */
  #open(workspace: BoxWorkspace, counter: number, inputAt: number, sizeBytes: number): void {
    const bodyBytes = sizeBytes - messageOverheadBytes;
    const at = this.#plainBytes;
    // The flags of the box come where the last byte of the header will be.
    const flagsAt = at + frameHeaderBytes(bodyBytes) - 1;
    if (!workspace.open(counter, inputAt + messageBoxAt, sizeBytes - messageBoxAt, flagsAt)) {
      throw badBox('the box of a MESSAGE', notGenuine);
    }
    const { output } = workspace;
    this.#plainBytes = writeFrameHeader(output, at, frameFlagsOf(output[flagsAt]!), bodyBytes) + bodyBytes;
  }

  #openLarge(buf: Uint8Array, counter: number, start: number, end: number): void {
    this.#flush();
    const { crypto, allocate } = this.#memory;
    const workspace = crypto.workspace(end - start);
    try {
      workspace.input.set(buf.subarray(start, end));
      workspace.begin(this.#key, this.#prefix);
      this.#open(workspace, counter, 0, end - start);
      const plain = allocate(this.#plainBytes);
      plain.set(workspace.output.subarray(0, this.#plainBytes));
      this.#plainBytes = 0;
      this.#sink(plain, plain.length);
    } finally {
      this.#plainBytes = 0;
      workspace.release();
    }
  }
}
