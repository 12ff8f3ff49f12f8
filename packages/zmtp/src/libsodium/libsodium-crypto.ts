/** CURVE's cryptography by libsodium as WebAssembly: it runs in Node and in browsers and needs no compiler. */

import openModule from 'libsodium';
import {
  type BoxWorkspace,
  boxNonceBytes,
  boxOverheadBytes,
  type CurveCrypto,
  type CurveKeyPair,
  curveKeyBytes,
} from '../curve/curve-crypto.js';
import type { LibsodiumModule } from './libsodium-module.js';
import { LibsodiumWorkspace } from './libsodium-workspace.js';

let opened: Promise<CurveCrypto> | null = null;

/** Loads libsodium, once for a thread. Rejects where the platform has no secure random numbers. */
export function openLibsodium(): Promise<CurveCrypto> {
  opened ??= open();
  return opened;
}

async function open(): Promise<CurveCrypto> {
  const random = new Uint32Array(1);
  const sodium = await openModule({
    getRandomValue: () => {
      globalThis.crypto.getRandomValues(random);
      return random[0]!;
    },
  });
  if (sodium._sodium_init() !== 0) throw new Error('libsodium could not be initialised');
  return new LibsodiumCrypto(sodium);
}

class LibsodiumCrypto implements CurveCrypto {
  readonly #sodium: LibsodiumModule;

  constructor(sodium: LibsodiumModule) {
    this.#sodium = sodium;
  }

  randomBytes(sizeBytes: number): Uint8Array {
    return this.#withMemory(sizeBytes, (at) => {
      this.#sodium._randombytes_buf(at, sizeBytes);
      return this.#read(at, sizeBytes);
    });
  }

  makeKeyPair(): CurveKeyPair {
    return this.#withMemory(2 * curveKeyBytes, (at) => {
      this.#sodium._crypto_box_keypair(at, at + curveKeyBytes);
      return { publicKey: this.#read(at, curveKeyBytes), secretKey: this.#read(at + curveKeyBytes, curveKeyBytes) };
    });
  }

  publicKeyOf(secretKey: Uint8Array): Uint8Array {
    return this.#withMemory(2 * curveKeyBytes, (at) => {
      this.#sodium.HEAPU8.set(secretKey, at + curveKeyBytes);
      this.#sodium._crypto_scalarmult_base(at, at + curveKeyBytes);
      return this.#read(at, curveKeyBytes);
    });
  }

  sharedKey(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array | null {
    return this.#withMemory(3 * curveKeyBytes, (at) => {
      this.#sodium.HEAPU8.set(publicKey, at + curveKeyBytes);
      this.#sodium.HEAPU8.set(secretKey, at + 2 * curveKeyBytes);
      const code = this.#sodium._crypto_box_beforenm(at, at + curveKeyBytes, at + 2 * curveKeyBytes);
      return code === 0 ? this.#read(at, curveKeyBytes) : null;
    });
  }

  seal(plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
    return this.#withBox(plain, nonce, key, (at, nonceAt, keyAt) => {
      this.#sodium._crypto_secretbox_easy(at, at, plain.length, 0, nonceAt, keyAt);
      return this.#read(at, plain.length + boxOverheadBytes);
    });
  }

  open(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | null {
    if (box.length < boxOverheadBytes) return null;
    return this.#withBox(box, nonce, key, (at, nonceAt, keyAt) => {
      const code = this.#sodium._crypto_secretbox_open_easy(at, at, box.length, 0, nonceAt, keyAt);
      return code === 0 ? this.#read(at, box.length - boxOverheadBytes) : null;
    });
  }

  workspace(sizeBytes: number): BoxWorkspace {
    return new LibsodiumWorkspace(this.#sodium, sizeBytes);
  }

  #withBox<Result>(
    bytes: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
    work: (at: number, nonceAt: number, keyAt: number) => Result,
  ): Result {
    const boxBytes = bytes.length + boxOverheadBytes;
    return this.#withMemory(boxBytes + boxNonceBytes + curveKeyBytes, (at) => {
      const heap = this.#sodium.HEAPU8;
      heap.set(bytes, at);
      heap.set(nonce, at + boxBytes);
      heap.set(key, at + boxBytes + boxNonceBytes);
      return work(at, at + boxBytes, at + boxBytes + boxNonceBytes);
    });
  }

  /** Lends memory for one call, and wipes it: it may have held a secret. */
  #withMemory<Result>(sizeBytes: number, work: (at: number) => Result): Result {
    const at = this.#sodium._malloc(sizeBytes);
    if (at === 0) throw new Error(`libsodium has no memory for ${sizeBytes} bytes`);
    try {
      return work(at);
    } finally {
      this.#sodium.HEAPU8.fill(0, at, at + sizeBytes);
      this.#sodium._free(at);
    }
  }

  #read(at: number, sizeBytes: number): Uint8Array {
    return this.#sodium.HEAPU8.slice(at, at + sizeBytes);
  }
}
