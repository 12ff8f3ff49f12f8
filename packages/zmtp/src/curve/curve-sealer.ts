/**
 * Turns plain frames into encrypted ones. It takes whole frames in batches, and frames in any pieces. Before it: batches, replies and
 * requests as they are without encryption. After it: the socket.
 */

import { emptyBytes } from '../bytes.js';
import { FrameDecoder } from '../frame-decoder.js';
import { frameBodyBytes, frameHeaderBytes, frameHeaderBytesOf, writeFrameHeader } from '../frame-header.js';
import { writeI64 } from '../integers.js';
import type { BoxWorkspace, CurveCrypto } from './curve-crypto.js';
import type { CurveSession } from './curve-session.js';
import { boxFlagsOf, messageBoxAt, messageName, messageOverheadBytes, sentPrefix } from './curve-traffic.js';

/** What sealers of one thread share: they work one after the other. */
export interface SealerMemory {
  readonly crypto: CurveCrypto;
  readonly workspace: BoxWorkspace;
  /** Makes memory that the caller overwrites. */
  allocate(sizeBytes: number): Uint8Array;
}

/** Encrypts what one side of a connection sends. */
export class CurveSealer {
  readonly #memory: SealerMemory;
  readonly #key: Uint8Array;
  readonly #prefix: Uint8Array;
  #counter: number;
  /** Gathers a frame that comes in pieces. */
  readonly #decoder: FrameDecoder;
  /** A frame that came in pieces and is whole now. */
  #gathered: Uint8Array = emptyBytes;

  constructor(session: CurveSession, memory: SealerMemory) {
    this.#memory = memory;
    this.#key = session.key;
    this.#prefix = sentPrefix(session);
    this.#counter = session.sentCounter;
    this.#decoder = new FrameDecoder(
      { maxFrameBytes: Number.MAX_SAFE_INTEGER },
      {
        onFrame: (buf, _flags, _start, end) => {
          this.#gathered = buf.subarray(0, end);
        },
      },
    );
  }

  /** Bytes of a frame that has begun. They leave when it is whole: a box has its authenticator in front. */
  get heldBytes(): number {
    return this.#decoder.heldBytes;
  }

  /** Returns the encrypted frames, in new memory; empty while no frame is whole. */
  seal(plain: Uint8Array): Uint8Array {
    if (this.#decoder.heldBytes === 0) return this.#sealFrom(plain, 0, emptyBytes);
    const at = this.#decoder.next(plain, 0, plain.length);
    if (this.#decoder.heldBytes > 0) return emptyBytes;
    const gathered = this.#gathered;
    this.#gathered = emptyBytes;
    return this.#sealFrom(plain, at, gathered);
  }

  /** Encrypts the gathered frame and the whole frames from `start` on, and keeps the rest. */
  #sealFrom(plain: Uint8Array, start: number, gathered: Uint8Array): Uint8Array {
    const { end, sealedBytes } = measure(plain, start);
    const gatheredBytes = gathered.length === 0 ? 0 : measure(gathered, 0).sealedBytes;
    const sealed = sealedBytes + gatheredBytes === 0 ? emptyBytes : this.#memory.allocate(sealedBytes + gatheredBytes);
    let into = gathered.length === 0 ? 0 : this.#sealPiece(gathered, 0, gathered.length, sealed, 0);
    const { sizeBytes } = this.#memory.workspace;
    for (let at = start; at < end; ) {
      const pieceEnd = endOfPiece(plain, at, end, sizeBytes);
      into = this.#sealPiece(plain, at, pieceEnd, sealed, into);
      at = pieceEnd;
    }
    if (end < plain.length) this.#decoder.next(plain, end, plain.length);
    return sealed;
  }

  /** Encrypts whole frames. Only a single frame may be too large for the shared workspace. */
  #sealPiece(plain: Uint8Array, start: number, end: number, sealed: Uint8Array, into: number): number {
    const { crypto, workspace } = this.#memory;
    const neededBytes = sealedSizeMax(end - start);
    if (neededBytes <= workspace.sizeBytes) return this.#sealIn(workspace, plain, start, end, sealed, into);
    const large = crypto.workspace(neededBytes);
    try {
      return this.#sealIn(large, plain, start, end, sealed, into);
    } finally {
      large.release();
    }
  }

  #sealIn(
    workspace: BoxWorkspace,
    plain: Uint8Array,
    start: number,
    end: number,
    sealed: Uint8Array,
    into: number,
  ): number {
    const { input, output } = workspace;
    input.set(plain.subarray(start, end));
    workspace.begin(this.#key, this.#prefix);
    let out = 0;
    for (let at = 0; at < end - start; ) {
      const flags = input[at]!;
      const bodyBytes = frameBodyBytes(input, at);
      const body = at + frameHeaderBytesOf(flags);
      out = this.#sealFrame(workspace, flags, body, bodyBytes, out);
      at = body + bodyBytes;
    }
    sealed.set(output.subarray(0, out), into);
    return into + out;
  }

  #sealFrame(workspace: BoxWorkspace, flags: number, body: number, bodyBytes: number, out: number): number {
    const { input, output } = workspace;
    // libzmq sends MESSAGE without the COMMAND bit in the header, and takes both.
    const at = writeFrameHeader(output, out, 0, bodyBytes + messageOverheadBytes);
    output.set(messageName, at);
    writeI64(output, at + messageName.length, ++this.#counter);
    // The flags of the box take the place of the last byte of the header, which is not needed any more.
    input[body - 1] = boxFlagsOf(flags);
    workspace.seal(this.#counter, body - 1, bodyBytes + 1, at + messageBoxAt);
    return at + bodyBytes + messageOverheadBytes;
  }
}

/** The end of the whole frames, and the bytes they have when encrypted. */
function measure(plain: Uint8Array, start: number): { end: number; sealedBytes: number } {
  let at = start;
  let sealedBytes = 0;
  while (at < plain.length) {
    const next = endOfFrame(plain, at);
    if (next > plain.length) break;
    sealedBytes += sealedFrameBytes(frameBodyBytes(plain, at));
    at = next;
  }
  return { end: at, sealedBytes };
}

/** The end of as many whole frames as a workspace takes, and of at least one. */
function endOfPiece(plain: Uint8Array, start: number, end: number, sizeBytes: number): number {
  let at = endOfFrame(plain, start);
  let sealedBytes = sealedFrameBytes(frameBodyBytes(plain, start));
  while (at < end) {
    sealedBytes += sealedFrameBytes(frameBodyBytes(plain, at));
    if (sealedBytes > sizeBytes) break;
    at = endOfFrame(plain, at);
  }
  return at;
}

/** The offset after the frame at `at`; past the end of `plain` when the frame, or its header, is not whole. */
function endOfFrame(plain: Uint8Array, at: number): number {
  const body = at + frameHeaderBytesOf(plain[at]!);
  return body > plain.length ? body : body + frameBodyBytes(plain, at);
}

const sealedFrameBytes = (bodyBytes: number): number =>
  frameHeaderBytes(bodyBytes + messageOverheadBytes) + bodyBytes + messageOverheadBytes;

/** Memory for a single frame of this size, or for a piece that fits anyway. */
const sealedSizeMax = (plainBytes: number): number => plainBytes + messageOverheadBytes + 9;
