import { encodeCommand } from '../../src/command.js';
import { parseCurveKey } from '../../src/curve/curve-keys.js';
import { encodeMessage } from '../../src/frame-encoder.js';
import { openLibsodium } from '../../src/libsodium/libsodium-crypto.js';
import { text } from './bytes.js';
import { type Cut, InMemoryLink } from './in-memory-link.js';
import type { PeerOptions } from './test-peer.js';

export const crypto = await openLibsodium();

const pair = (publicKey: string, secretKey: string) => ({
  publicKey: parseCurveKey('publicKey', publicKey),
  secretKey: parseCurveKey('secretKey', secretKey),
});

/** The pairs of keys in the manual page of libzmq about CURVE, and how libzmq writes them. */
export const serverKeyText = {
  public: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7',
  secret: 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6',
};
export const clientKeyText = {
  public: 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID',
  secret: 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs',
};
export const serverKeys = pair(serverKeyText.public, serverKeyText.secret);
export const clientKeys = pair(clientKeyText.public, clientKeyText.secret);

export const curveServer: PeerOptions = {
  role: 'server',
  socketType: 'ROUTER',
  mechanisms: ['NULL', 'CURVE'],
  curve: { crypto, ...serverKeys },
};
export const curveClient: PeerOptions = {
  role: 'client',
  socketType: 'DEALER',
  mechanisms: ['CURVE'],
  curve: { crypto, ...clientKeys, serverKey: serverKeys.publicKey },
};

/** Messages of every shape: an empty frame, one larger than the workspace of a test peer, and the longest short frame. */
export const messages = [
  [text('hello'), new Uint8Array(0)],
  [text('a'), new Uint8Array(5_000).fill(120), text('b')],
  [new Uint8Array(255)],
];

/** Shakes hands, carries the messages in both directions, and returns what both sides got. */
export function converse(cut: Cut): unknown {
  const link = new InMemoryLink(curveClient, curveServer, cut).start();
  for (const message of messages) link.client.send(encodeMessage(message));
  for (const message of messages) link.server.send(encodeMessage(message));
  link.client.send(encodeCommand('SUBSCRIBE', text('abc')));
  link.run();
  return [link.client.received, link.server.received];
}
