import { expect, test } from 'vitest';
import * as zmq from 'zeromq';
import type { CurveCrypto, CurveKeyPair } from '../src/curve/curve-crypto.js';
import { listen } from './conformance/socket-peer.js';
import { cutAt, everyByte, join } from './support/bytes.js';
import { PeerCollector } from './support/collector.js';
import { clientKeyText, converse, crypto, curveServer, serverKeyText } from './support/curve-peers.js';

test('a conversation gives the same result at every cut of both directions', () => {
  const whole = converse('none');
  for (let at = 1; at < 900; at++) expect(converse(at), `cut at ${at}`).toEqual(whole);
});

test('what libzmq sends is read the same at every cut', async () => {
  const random = new RecordedRandom();
  const options = { ...curveServer, curve: { ...curveServer.curve!, crypto: random.recording() } };
  const received: Uint8Array[] = [];
  const { address, accepted } = await listen(options, (chunk) => received.push(chunk));
  const dealer = new zmq.Dealer({
    linger: 0,
    curveServerKey: serverKeyText.public,
    curvePublicKey: clientKeyText.public,
    curveSecretKey: clientKeyText.secret,
  });
  dealer.connect(address);
  await dealer.send(['one', '', 'x'.repeat(300)]);
  await dealer.send(['two']);
  const peer = await accepted;
  await peer.message();
  await peer.message();
  dealer.close();
  const wire = join(...received);
  const read = (chunks: Uint8Array[]): unknown => {
    const collector = new PeerCollector({ ...options, curve: { ...options.curve, crypto: random.replaying() } });
    collector.peer.handshake.start();
    collector.pushAll(chunks);
    return collector.received;
  };
  const whole = read([wire]);
  expect(whole).toMatchObject({ state: 'ready', messages: [[expect.anything(), '', expect.anything()], ['74776f']] });
  for (let at = 1; at < wire.length; at++) expect(read(cutAt(wire, [at])), `cut at ${at}`).toEqual(whole);
  expect(read(everyByte(wire))).toEqual(whole);
});

/** Keeps what was random in one handshake, so that the other side's bytes fit a second time. */
class RecordedRandom {
  readonly #pairs: CurveKeyPair[] = [];
  readonly #bytes: Uint8Array[] = [];

  recording(): CurveCrypto {
    return this.#with({
      makeKeyPair: () => kept(this.#pairs, crypto.makeKeyPair()),
      randomBytes: (sizeBytes) => kept(this.#bytes, crypto.randomBytes(sizeBytes)),
    });
  }

  replaying(): CurveCrypto {
    const [pairs, bytes] = [[...this.#pairs], [...this.#bytes]];
    return this.#with({ makeKeyPair: () => pairs.shift()!, randomBytes: () => bytes.shift()! });
  }

  #with(random: Pick<CurveCrypto, 'makeKeyPair' | 'randomBytes'>): CurveCrypto {
    return {
      ...random,
      publicKeyOf: (secretKey) => crypto.publicKeyOf(secretKey),
      sharedKey: (publicKey, secretKey) => crypto.sharedKey(publicKey, secretKey),
      seal: (plain, nonce, key) => crypto.seal(plain, nonce, key),
      open: (box, nonce, key) => crypto.open(box, nonce, key),
      workspace: (sizeBytes) => crypto.workspace(sizeBytes),
    };
  }
}

function kept<One>(list: One[], one: One): One {
  list.push(one);
  return one;
}
