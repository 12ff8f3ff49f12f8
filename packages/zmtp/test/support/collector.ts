import type { FrameSink } from '../../src/frame-decoder.js';
import { join, toHex } from './bytes.js';
import { type PeerHandler, type PeerOptions, TestPeer } from './test-peer.js';

/** Keeps frames as `flags:hex`, which compare and print well. */
export class FrameCollector implements FrameSink {
  readonly frames: string[] = [];

  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    this.frames.push(`${flags}:${toHex(buf.subarray(start, end))}`);
  }
}

/** A peer that keeps everything it sends and receives. */
export class PeerCollector implements PeerHandler {
  readonly peer: TestPeer;
  readonly sent: Uint8Array[] = [];
  readonly messages: Uint8Array[][] = [];
  readonly commands: [name: string, hex: string][] = [];

  constructor(options: PeerOptions) {
    this.peer = new TestPeer(options, this);
  }

  get sentBytes(): Uint8Array {
    return join(...this.sent);
  }

  /** Everything that was received, in a form that compares. */
  get received(): unknown {
    return {
      state: this.peer.handshake.state,
      messages: this.messages.map((frames) => frames.map(toHex)),
      commands: this.commands,
    };
  }

  send(bytes: Uint8Array): void {
    this.sent.push(this.peer.protect(bytes));
  }

  onMessage(frames: Uint8Array[]): void {
    this.messages.push(frames);
  }

  onCommand(name: string, body: Uint8Array): void {
    this.commands.push([name, toHex(body)]);
  }

  /** Pushes all chunks through one buffer that is overwritten after each, like the read buffer of a socket. */
  pushAll(chunks: readonly Uint8Array[]): void {
    const scratch = new Uint8Array(Math.max(1, ...chunks.map((chunk) => chunk.length)));
    for (const chunk of chunks) {
      scratch.set(chunk);
      this.peer.push(scratch, 0, chunk.length);
      scratch.fill(0xee);
    }
  }
}
