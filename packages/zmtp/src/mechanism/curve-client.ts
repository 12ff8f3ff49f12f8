/** The client's side of CURVE (RFC 26). It goes on only with a server that has the secret key of `serverKey`. */

import { joinBytes } from '../bytes.js';
import { encodeCommand, parseError } from '../command.js';
import { boxOverheadBytes, type CurveKeyPair, curveKeyBytes } from '../curve/curve-crypto.js';
import { counterNonce, NoncePrefix, nextCounter, randomNonce, randomNonceBytes } from '../curve/curve-nonce.js';
import type { CurveOptions, CurveSession } from '../curve/curve-session.js';
import { badBox, refusedByPeer, unexpectedCommand } from '../errors.js';
import { writeI64 } from '../integers.js';
import {
  checkBodyBytes,
  checkBodyMinBytes,
  cookieBytes,
  curveVersion,
  Hello,
  Initiate,
  Ready,
  signedBytes,
  Welcome,
} from './curve-commands.js';
import type { Mechanism, MechanismHost } from './mechanism.js';

const helloCounter = 1;
const initiateCounter = 2;

const otherKey = 'the server does not have the secret key of serverKey, or its bytes were changed';

/** The client's side of CURVE. */
export class CurveClient implements Mechanism {
  readonly name = 'CURVE';
  readonly username = null;
  session: CurveSession | null = null;
  readonly #host: MechanismHost;
  readonly #options: CurveOptions;
  readonly #serverKey: Uint8Array;
  readonly #shortTerm: CurveKeyPair;
  /** Key of the box of READY and of the traffic; null until WELCOME has come. */
  #key: Uint8Array | null = null;

  constructor(host: MechanismHost, options: CurveOptions, serverKey: Uint8Array) {
    this.#host = host;
    this.#options = options;
    this.#serverKey = serverKey;
    this.#shortTerm = options.crypto.makeKeyPair();
  }

  begin(): void {
    const { crypto } = this.#options;
    const body = new Uint8Array(Hello.bytes);
    body[0] = curveVersion.major;
    body[1] = curveVersion.minor;
    body.set(this.#shortTerm.publicKey, Hello.key);
    writeI64(body, Hello.counter, helloCounter);
    const nonce = counterNonce(NoncePrefix.hello, helloCounter);
    body.set(crypto.seal(new Uint8Array(signedBytes), nonce, this.#keyWithServer()), Hello.box);
    this.#host.send(encodeCommand('HELLO', body));
  }

  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean {
    if (name === 'ERROR') throw refusedByPeer(parseError(buf, start, end));
    const expected = this.#key === null ? 'WELCOME' : 'READY';
    if (name !== expected) throw unexpectedCommand(name, expected);
    if (this.#key === null) this.#onWelcome(buf, start, end);
    else this.#onReady(this.#key, buf, start, end);
    return this.session !== null;
  }

  /** RFC 26 lets only the server send ERROR. */
  errorReason(): null {
    return null;
  }

  #onWelcome(buf: Uint8Array, start: number, end: number): void {
    checkBodyBytes('WELCOME', end - start, Welcome.bytes);
    const { crypto } = this.#options;
    const nonce = randomNonce(NoncePrefix.welcome, buf, start);
    const plain = crypto.open(buf.subarray(start + Welcome.box, end), nonce, this.#keyWithServer());
    if (plain === null) throw badBox('the box of WELCOME', otherKey);
    const serverShortTerm = plain.subarray(0, curveKeyBytes);
    const key = crypto.sharedKey(serverShortTerm, this.#shortTerm.secretKey);
    if (key === null) throw badBox('the box of WELCOME', otherKey);
    this.#key = key;
    this.#sendInitiate(plain.subarray(curveKeyBytes, curveKeyBytes + cookieBytes), serverShortTerm, key);
  }

  #sendInitiate(cookie: Uint8Array, serverShortTerm: Uint8Array, key: Uint8Array): void {
    const { crypto, publicKey } = this.#options;
    const plain = joinBytes(publicKey, this.#vouch(serverShortTerm), this.#host.localMetadata());
    const box = crypto.seal(plain, counterNonce(NoncePrefix.initiate, initiateCounter), key);
    const body = new Uint8Array(Initiate.box + box.length);
    body.set(cookie);
    writeI64(body, Initiate.counter, initiateCounter);
    body.set(box, Initiate.box);
    this.#host.send(encodeCommand('INITIATE', body));
  }

  #vouch(serverShortTerm: Uint8Array): Uint8Array {
    const { crypto, secretKey } = this.#options;
    const random = crypto.randomBytes(randomNonceBytes);
    const key = crypto.sharedKey(serverShortTerm, secretKey);
    if (key === null) throw badBox('the box of WELCOME', otherKey);
    const nonce = randomNonce(NoncePrefix.vouch, random, 0);
    return joinBytes(random, crypto.seal(joinBytes(this.#shortTerm.publicKey, this.#serverKey), nonce, key));
  }

  #onReady(key: Uint8Array, buf: Uint8Array, start: number, end: number): void {
    checkBodyMinBytes('READY', end - start, Ready.box + boxOverheadBytes);
    const counter = nextCounter(buf, start, 0);
    const plain = this.#options.crypto.open(
      buf.subarray(start + Ready.box, end),
      counterNonce(NoncePrefix.ready, counter),
      key,
    );
    if (plain === null) throw badBox('the box of READY', otherKey);
    this.#host.acceptMetadata(plain, 0, plain.length);
    this.session = {
      key,
      isServer: false,
      sentCounter: initiateCounter,
      receivedCounter: counter,
      peerKey: this.#serverKey,
    };
  }

  #keyWithServer(): Uint8Array {
    const key = this.#options.crypto.sharedKey(this.#serverKey, this.#shortTerm.secretKey);
    if (key === null) throw badBox('the box of HELLO', 'serverKey is not a usable public key');
    return key;
  }
}
