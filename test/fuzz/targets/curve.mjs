// CURVE: bytes of a peer in every state of both sides, and frames that are encrypted, changed and decrypted. The first byte of an input
// chooses the state, the second how the bytes are cut, and the rest is what the peer sends in that state.
import { CurveOpener, CurveSealer, encodeCommand, encodeMessage, Handshake, ZmtpError } from '@pulsemq/zmtp';
import { openLibsodium } from '@pulsemq/zmtp/libsodium';
import fc from 'fast-check';
import { pieces } from '../engine-in-memory.mjs';

const crypto = await openLibsodium();
const serverKeys = crypto.makeKeyPair();
const clientKeys = crypto.makeKeyPair();
/** Small, so that frames of a few kilobytes do not fit. */
const workspaceBytes = 1_024;
const memory = {
  crypto,
  workspace: crypto.workspace(workspaceBytes),
  plain: Buffer.alloc(workspaceBytes),
  allocate: (sizeBytes) => Buffer.alloc(sizeBytes),
};
const limits = { maxHandshakeBytes: 4_096, maxCommandBytes: 1_024, maxMetadataEntries: 16 };

/** A server and a client that have exchanged `count` pieces, and what the next one would be. */
function exchanged(count) {
  const queue = [];
  const side = (role, socketType, curve) =>
    new Handshake({
      role,
      socketType,
      mechanisms: ['CURVE'],
      curve,
      limits,
      send: (bytes) => queue.push([role, bytes]),
    });
  const server = side('server', 'ROUTER', { crypto, ...serverKeys });
  const client = side('client', 'DEALER', { crypto, ...clientKeys, serverKey: serverKeys.publicKey });
  server.start();
  client.start();
  for (let i = 0; i < count && queue.length > 0; i++) {
    const [role, bytes] = queue.shift();
    (role === 'server' ? client : server).push(bytes);
  }
  return { server, client };
}

/** Pushes bytes to one side; nothing but a ZmtpError may come of them. */
function push(handshake, chunks) {
  let opener = null;
  try {
    for (const chunk of chunks) {
      const at = handshake.state === 'ready' ? 0 : handshake.push(chunk);
      if (at === chunk.length || handshake.session === null) continue;
      opener ??= new CurveOpener(handshake.session, memory, { maxFrameBytes: 65_536 }, () => {});
      opener.push(chunk, at, chunk.length);
    }
  } catch (error) {
    if (!(error instanceof ZmtpError)) throw error;
  }
}

/** Encrypts the input as the frames of a message, and checks that the same frames come out, and that a changed byte lets none through. */
function roundTrip(body, cut) {
  const { server, client } = exchanged(20);
  const plain = encodeMessage([body, body.subarray(0, body.length >> 1)]);
  const sealed = Buffer.from(new CurveSealer(client.session, memory).seal(plain));
  const open = (bytes) => {
    const got = [];
    const sink = (buf, end) => got.push(Buffer.from(buf.subarray(0, end)));
    const opener = new CurveOpener(server.session, memory, { maxFrameBytes: 65_536 }, sink);
    for (const piece of pieces(bytes, cut)) opener.push(piece, 0, piece.length);
    return Buffer.concat(got);
  };
  if (!open(sealed).equals(Buffer.from(plain))) throw new Error('what was encrypted did not come back');
  sealed[sealed.length - 1 - (cut % 16)] ^= 1 + (cut % 255);
  try {
    open(sealed);
  } catch (error) {
    if (error instanceof ZmtpError) return;
    throw error;
  }
  throw new Error('a changed box was opened');
}

const states = [
  ...[0, 1, 2, 3, 4, 5, 20].flatMap((count) => [
    (bytes, cut) => push(exchanged(count).server, pieces(bytes, cut)),
    (bytes, cut) => push(exchanged(count).client, pieces(bytes, cut)),
  ]),
  roundTrip,
];

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(
      fc.constantFrom('HELLO', 'WELCOME', 'INITIATE', 'READY', 'MESSAGE', 'ERROR'),
      fc.oneof(
        fc.constantFrom(160, 194, 257, 32).chain((size) => fc.uint8Array({ minLength: size, maxLength: size })),
        fc.uint8Array({ maxLength: 300 }),
      ),
    )
    .map(([name, body]) => Buffer.from(encodeCommand(name, body))),
);

export const target = {
  name: 'curve',
  maxBytes: 4_096,
  generator: fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.array(piece, { maxLength: 4 }))
    .map(([state, cut, parts]) => Buffer.concat([Buffer.from([state, cut]), ...parts])),
  seeds: states.map((_, state) => Buffer.from([state, 0, 1, 2, 3])),
  words: ['\x05HELLO', '\x07WELCOME', '\x08INITIATE', '\x05READY', '\x07MESSAGE', '\x05ERROR'].map((text) =>
    Buffer.from(text, 'latin1'),
  ),
  run: (input) => states[(input[0] ?? 0) % states.length](input.subarray(2), input[1] ?? 0),
};
