import type { FrameSink } from '../../src/frame-decoder.js';
import { Peer, type PeerHandler, type PeerOptions } from '../../src/peer.js';
import { join, toHex } from './bytes.js';

/** Frames as `flags:hex`, which compare and print well. */
export class FrameCollector implements FrameSink {
  readonly frames: string[] = [];

  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    this.frames.push(`${flags}:${toHex(buf.subarray(start, end))}`);
  }
}

/** A peer without a wire: what it sends, gets and is told is kept. */
export class PeerCollector implements PeerHandler {
  readonly peer: Peer;
  readonly sent: Uint8Array[] = [];
  readonly messages: Uint8Array[][] = [];
  readonly commands: [name: string, hex: string][] = [];
  readyCount = 0;

  constructor(options: PeerOptions) {
    this.peer = new Peer(options, this);
  }

  get sentBytes(): Uint8Array {
    return join(...this.sent);
  }

  /** Everything that was received, in a form that compares. */
  get received(): unknown {
    return {
      messages: this.messages.map((frames) => frames.map(toHex)),
      commands: this.commands,
      ready: this.readyCount,
    };
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  onReady(): void {
    this.readyCount++;
  }

  onMessage(frames: Uint8Array[]): void {
    this.messages.push(frames);
  }

  onCommand(name: string, body: Uint8Array): void {
    this.commands.push([name, toHex(body)]);
  }

  /** Pushes through one buffer that is used again, as a socket's read buffer may be. */
  pushAll(chunks: readonly Uint8Array[]): void {
    const scratch = new Uint8Array(Math.max(1, ...chunks.map((chunk) => chunk.length)));
    for (const chunk of chunks) {
      scratch.set(chunk);
      this.peer.push(scratch, 0, chunk.length);
      scratch.fill(0xee);
    }
  }
}
