/** A workspace in the memory of libsodium's module: boxes are made where the batch lies. */

import { type BoxWorkspace, boxNonceBytes, curveKeyBytes } from '../curve/curve-crypto.js';
import { writeI64 } from '../integers.js';
import type { LibsodiumModule } from './libsodium-module.js';

/** Offset of the counter in a nonce. */
const counterAt = 16;

/** Two regions for batches, a key and a nonce. */
export class LibsodiumWorkspace implements BoxWorkspace {
  readonly sizeBytes: number;
  readonly #sodium: LibsodiumModule;
  readonly #inputAt: number;
  readonly #outputAt: number;
  readonly #keyAt: number;
  readonly #nonceAt: number;
  /** The views, and the memory that they belong to: memory that has grown is another object. */
  #heap: Uint8Array;
  #input: Uint8Array;
  #output: Uint8Array;

  constructor(sodium: LibsodiumModule, sizeBytes: number) {
    this.#sodium = sodium;
    this.sizeBytes = sizeBytes;
    this.#inputAt = sodium._malloc(2 * sizeBytes + curveKeyBytes + boxNonceBytes);
    if (this.#inputAt === 0) throw new Error(`libsodium has no memory for boxes of ${sizeBytes} bytes`);
    this.#outputAt = this.#inputAt + sizeBytes;
    this.#keyAt = this.#outputAt + sizeBytes;
    this.#nonceAt = this.#keyAt + curveKeyBytes;
    this.#heap = sodium.HEAPU8;
    this.#input = this.#view(this.#inputAt);
    this.#output = this.#view(this.#outputAt);
  }

  get input(): Uint8Array {
    this.#refresh();
    return this.#input;
  }

  get output(): Uint8Array {
    this.#refresh();
    return this.#output;
  }

  begin(key: Uint8Array, noncePrefix: Uint8Array): void {
    this.#refresh();
    this.#heap.set(key, this.#keyAt);
    this.#heap.set(noncePrefix, this.#nonceAt);
  }

  seal(counter: number, inputAt: number, sizeBytes: number, outputAt: number): void {
    writeI64(this.#heap, this.#nonceAt + counterAt, counter);
    const [box, plain] = [this.#outputAt + outputAt, this.#inputAt + inputAt];
    this.#sodium._crypto_secretbox_easy(box, plain, sizeBytes, 0, this.#nonceAt, this.#keyAt);
  }

  open(counter: number, inputAt: number, sizeBytes: number, outputAt: number): boolean {
    this.#refresh();
    writeI64(this.#heap, this.#nonceAt + counterAt, counter);
    const [plain, box] = [this.#outputAt + outputAt, this.#inputAt + inputAt];
    return this.#sodium._crypto_secretbox_open_easy(plain, box, sizeBytes, 0, this.#nonceAt, this.#keyAt) === 0;
  }

  release(): void {
    this.#refresh();
    this.#heap.fill(0, this.#inputAt, this.#nonceAt);
    this.#sodium._free(this.#inputAt);
  }

  #refresh(): void {
    if (this.#heap === this.#sodium.HEAPU8) return;
    this.#heap = this.#sodium.HEAPU8;
    this.#input = this.#view(this.#inputAt);
    this.#output = this.#view(this.#outputAt);
  }

  #view(at: number): Uint8Array {
    return this.#heap.subarray(at, at + this.sizeBytes);
  }
}
