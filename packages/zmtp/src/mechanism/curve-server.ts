/**
 * The server's side of CURVE (RFC 26): HELLO, WELCOME, INITIATE, READY. Between WELCOME and INITIATE it keeps one key and one counter: what
 * it needs then comes back in the cookie. That key belongs to the connection, so a recorded INITIATE opens no other connection.
 */

import { copyBytes, holdsBytes, joinBytes } from '../bytes.js';
import { encodeCommand } from '../command.js';
import { boxOverheadBytes, curveKeyBytes } from '../curve/curve-crypto.js';
import {
  counterBytes,
  counterNonce,
  NoncePrefix,
  nextCounter,
  randomNonce,
  randomNonceBytes,
} from '../curve/curve-nonce.js';
import type { CurveOptions, CurveSession } from '../curve/curve-session.js';
import { badBox, badCommand, unexpectedCommand, type ZmtpError, ZmtpErrorCode } from '../errors.js';
import { writeI64 } from '../integers.js';
import {
  checkBodyBytes,
  checkBodyMinBytes,
  cookieBytes,
  curveVersion,
  Hello,
  Initiate,
  InitiatePlain,
} from './curve-commands.js';
import type { Mechanism, MechanismHost } from './mechanism.js';

/** Counter of READY, the first box of the server that has one. */
const readyCounter = 1;

/** The server's side of CURVE. */
export class CurveServer implements Mechanism {
  readonly name = 'CURVE';
  readonly username = null;
  session: CurveSession | null = null;
  readonly #host: MechanismHost;
  readonly #options: CurveOptions;
  /** Opens the cookie; null until WELCOME was sent. */
  #cookieKey: Uint8Array | null = null;
  #receivedCounter = 0;

  constructor(host: MechanismHost, options: CurveOptions) {
    this.#host = host;
    this.#options = options;
  }

  begin(): void {}

  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean {
    const expected = this.#cookieKey === null ? 'HELLO' : 'INITIATE';
    if (name !== expected) throw unexpectedCommand(name, expected);
    if (this.#cookieKey === null) this.#onHello(buf, start, end);
    else this.#onInitiate(this.#cookieKey, buf, start, end);
    return this.session !== null;
  }

  /** Boxes that cannot be opened get no answer: it would help to guess. The metadata is known only to a genuine client. */
  errorReason(error: ZmtpError): string | null {
    return error.code === ZmtpErrorCode.socketTypeMismatch ? error.code : null;
  }

  #onHello(buf: Uint8Array, start: number, end: number): void {
    checkBodyBytes('HELLO', end - start, Hello.bytes);
    if (buf[start] !== curveVersion.major || buf[start + 1] !== curveVersion.minor) {
      throw badCommand(`HELLO has CurveZMQ version ${buf[start]}.${buf[start + 1]}, expected 1.0`);
    }
    const { crypto, secretKey } = this.#options;
    const clientKey = copyBytes(buf, start + Hello.key, start + Hello.counter);
    this.#receivedCounter = nextCounter(buf, start + Hello.counter, 0);
    const key = crypto.sharedKey(clientKey, secretKey);
    const nonce = counterNonce(NoncePrefix.hello, this.#receivedCounter);
    if (key === null || crypto.open(buf.subarray(start + Hello.box, end), nonce, key) === null) {
      throw badBox('the box of HELLO', 'the client expects another server key, or its bytes were changed');
    }
    this.#sendWelcome(clientKey, key);
  }

  #sendWelcome(clientKey: Uint8Array, key: Uint8Array): void {
    const { crypto } = this.#options;
    const shortTerm = crypto.makeKeyPair();
    const cookieKey = crypto.randomBytes(curveKeyBytes);
    const random = crypto.randomBytes(2 * randomNonceBytes);
    const cookieNonce = randomNonce(NoncePrefix.cookie, random, 0);
    const cookieBox = crypto.seal(joinBytes(clientKey, shortTerm.secretKey), cookieNonce, cookieKey);
    const plain = joinBytes(shortTerm.publicKey, random.subarray(0, randomNonceBytes), cookieBox);
    const box = crypto.seal(plain, randomNonce(NoncePrefix.welcome, random, randomNonceBytes), key);
    this.#cookieKey = cookieKey;
    this.#host.send(encodeCommand('WELCOME', joinBytes(random.subarray(randomNonceBytes), box)));
  }

  #onInitiate(cookieKey: Uint8Array, buf: Uint8Array, start: number, end: number): void {
    checkBodyMinBytes('INITIATE', end - start, Initiate.box + InitiatePlain.metadata + boxOverheadBytes);
    const { crypto } = this.#options;
    const cookie = crypto.open(
      buf.subarray(start + randomNonceBytes, start + cookieBytes),
      randomNonce(NoncePrefix.cookie, buf, start),
      cookieKey,
    );
    if (cookie === null) throw badBox('the cookie of INITIATE', 'it is not the one of this connection');
    const clientKey = cookie.subarray(0, curveKeyBytes);
    const shortTermSecret = cookie.subarray(curveKeyBytes);
    const counter = nextCounter(buf, start + Initiate.counter, this.#receivedCounter);
    const key = crypto.sharedKey(clientKey, shortTermSecret);
    const nonce = counterNonce(NoncePrefix.initiate, counter);
    const plain = key === null ? null : crypto.open(buf.subarray(start + Initiate.box, end), nonce, key);
    if (key === null || plain === null) throw badBox('the box of INITIATE', 'its bytes were changed');
    const peerKey = copyBytes(plain, 0, curveKeyBytes);
    this.#checkVouch(plain, peerKey, clientKey, shortTermSecret);
    this.#host.acceptMetadata(plain, InitiatePlain.metadata, plain.length);
    this.#sendReady(key);
    this.session = { key, isServer: true, sentCounter: readyCounter, receivedCounter: counter, peerKey };
  }

  /** The vouch proves that the owner of the permanent key has chosen this short-term key for this server. */
  #checkVouch(plain: Uint8Array, peerKey: Uint8Array, clientKey: Uint8Array, shortTermSecret: Uint8Array): void {
    const { crypto, publicKey } = this.#options;
    const key = crypto.sharedKey(peerKey, shortTermSecret);
    const nonce = randomNonce(NoncePrefix.vouch, plain, InitiatePlain.vouchNonce);
    const box = plain.subarray(InitiatePlain.vouchBox, InitiatePlain.metadata);
    const vouch = key === null ? null : crypto.open(box, nonce, key);
    if (vouch === null || !holdsBytes(vouch, 0, clientKey) || !holdsBytes(vouch, curveKeyBytes, publicKey)) {
      throw badBox('the vouch of INITIATE', 'the client has not proved that it has its permanent secret key');
    }
  }

  #sendReady(key: Uint8Array): void {
    const counter = new Uint8Array(counterBytes);
    writeI64(counter, 0, readyCounter);
    const nonce = counterNonce(NoncePrefix.ready, readyCounter);
    const box = this.#options.crypto.seal(this.#host.localMetadata(), nonce, key);
    this.#host.send(encodeCommand('READY', joinBytes(counter, box)));
  }
}
