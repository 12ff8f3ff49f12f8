/** The functions of libsodium that CURVE needs, as its WebAssembly module has them: addresses and lengths of its own memory. */

/** A size of 64 bits is given as two halves. */
type Halves = [lowBytes: number, highBytes: 0];

/** The module. Zero means success. */
export interface LibsodiumModule {
  /** All memory of the module. Another object after the memory has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(sizeBytes: number): number;
  _free(address: number): void;
  _sodium_init(): number;
  _randombytes_buf(address: number, sizeBytes: number): void;
  _crypto_box_keypair(publicKey: number, secretKey: number): number;
  _crypto_scalarmult_base(publicKey: number, secretKey: number): number;
  _crypto_box_beforenm(sharedKey: number, publicKey: number, secretKey: number): number;
  _crypto_secretbox_easy(box: number, plain: number, ...sizeAndRest: [...Halves, nonce: number, key: number]): number;
  _crypto_secretbox_open_easy(
    plain: number,
    box: number,
    ...sizeAndRest: [...Halves, nonce: number, key: number]
  ): number;
}

/** Makes the module. */
export type OpenModule = (options: { getRandomValue(): number }) => Promise<LibsodiumModule>;
