import {
  CloseCode,
  controlMaxBytes,
  type FrameProblem,
  frameMaxBytes,
  headBytesOf,
  headMaxBytes,
  isFinal,
  Opcode,
  opcodeOf,
  payloadBytesOf,
  problemOfStart,
} from './frame-head.js';

/** Hears of what is not payload. */
export interface FrameListener {
  /** The payload is overwritten after the call. */
  onPing(payload: Uint8Array): void;
  onClose(): void;
  /** The bytes break the protocol. Nothing more is read. */
  onBroken(problem: FrameProblem): void;
}

/**
 * Reads the frames of one client (RFC 6455 section 5). Their payloads are one stream of bytes: where a frame ends says nothing to ZMTP, so no
 * frame is kept until it is whole. The reader of the package `ws` makes messages of frames, for which it copies each read and holds each
 * message. This one moves payload in place, and allocates 125 bytes for the first control frame.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #head = Buffer.alloc(headMaxBytes);
  #headBytes = 0;
  #headNeedBytes = 2;
  /** Bytes of the payload that are still to come. */
  #leftBytes = 0;
  readonly #mask = new Uint8Array(4);
  /** Place in the mask of the next byte. */
  #maskAt = 0;
  /** The last data frame was not the last of its message. */
  #isInMessage = false;
  #isControl = false;
  #control: Uint8Array | null = null;
  #controlBytes = 0;
  #hasEnded = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Moves the payload in `[0, end)` of `buf` to its beginning, without the mask. Returns its bytes. */
  read(buf: Buffer, end: number): number {
    let payloadBytes = 0;
    let at = 0;
    while (at < end && !this.#hasEnded) {
      if (this.#leftBytes === 0) {
        at = this.#takeHead(buf, at, end);
        continue;
      }
      const to = Math.min(end, at + this.#leftBytes);
      if (this.#isControl) this.#controlBytes = this.#unmask(buf, at, to, this.#control!, this.#controlBytes);
      else payloadBytes = this.#unmask(buf, at, to, buf, payloadBytes);
      this.#leftBytes -= to - at;
      at = to;
      if (this.#leftBytes === 0 && this.#isControl) this.#endControl();
    }
    return payloadBytes;
  }

  /** Writes `[start, end)` of `buf` without its mask to another place, which may be further ahead in `buf`. Returns the offset behind it. */
  #unmask(buf: Buffer, start: number, end: number, to: Uint8Array, toAt: number): number {
    const mask = this.#mask;
    let maskAt = this.#maskAt;
    let writeAt = toAt;
    for (let at = start; at < end; at++) {
      to[writeAt++] = buf[at]! ^ mask[maskAt]!;
      maskAt = (maskAt + 1) & 3;
    }
    this.#maskAt = maskAt;
    return writeAt;
  }

  /** Takes what there is of the head. Returns the offset behind it. */
  #takeHead(buf: Buffer, start: number, end: number): number {
    const to = Math.min(end, start + this.#headNeedBytes - this.#headBytes);
    buf.copy(this.#head, this.#headBytes, start, to);
    this.#headBytes += to - start;
    if (this.#headBytes < this.#headNeedBytes) return to;
    if (this.#headBytes > 2) this.#beginFrame();
    else {
      const problem = problemOfStart(this.#head, this.#isInMessage);
      if (problem !== undefined) this.#break(problem);
      this.#headNeedBytes = headBytesOf(this.#head);
    }
    return to;
  }

  #beginFrame(): void {
    const head = this.#head;
    const sizeBytes = payloadBytesOf(head);
    if (sizeBytes > frameMaxBytes) {
      const why = `a frame has ${sizeBytes} bytes, the limit is ${frameMaxBytes}`;
      return this.#break({ code: CloseCode.tooBig, why });
    }
    head.copy(this.#mask, 0, this.#headBytes - 4, this.#headBytes);
    this.#headBytes = 0;
    this.#headNeedBytes = 2;
    this.#maskAt = 0;
    this.#leftBytes = sizeBytes;
    this.#isControl = opcodeOf(head) >= Opcode.close;
    if (!this.#isControl) {
      this.#isInMessage = !isFinal(head);
      return;
    }
    this.#control ??= new Uint8Array(controlMaxBytes);
    this.#controlBytes = 0;
    if (sizeBytes === 0) this.#endControl();
  }

  /** An answer to a PING that the broker has not sent says nothing. */
  #endControl(): void {
    const opcode = opcodeOf(this.#head);
    if (opcode === Opcode.ping) this.#listener.onPing(this.#control!.subarray(0, this.#controlBytes));
    if (opcode !== Opcode.close) return;
    this.#hasEnded = true;
    this.#listener.onClose();
  }

  #break(problem: FrameProblem): void {
    this.#hasEnded = true;
    this.#listener.onBroken(problem);
  }
}
