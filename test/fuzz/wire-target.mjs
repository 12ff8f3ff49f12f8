// What the targets of the two ports share. The first byte of an input chooses the state of the connection, the second how the bytes are cut,
// and the rest is what the peer sends in that state.
import { MessageType } from '@pulsemq/protocol';
import { encodeCancel, encodeCommand, encodePing, encodeSubscribe } from '@pulsemq/zmtp';
import fc from 'fast-check';
import { auth, EngineBench, greeting, hello, initiate, message, ready } from './engine-in-memory.mjs';

const piece = fc.oneof(
  fc.constantFrom(
    greeting(1, 'NULL'),
    greeting(0, 'NULL'),
    greeting(1, 'PLAIN'),
    ready('DEALER'),
    ready('SUB'),
    hello('reader', 'token-of-reader'),
    initiate('SUB'),
    auth('publisher'),
    Buffer.from(encodePing(0)),
    Buffer.from(encodeSubscribe(Buffer.from('market:'), 'command')),
    Buffer.from(encodeSubscribe(Buffer.from('market:'), 'message')),
    Buffer.from(encodeCancel(Buffer.from('market:'), 'command')),
    Buffer.from(encodeCommand('ERROR', Buffer.from([0]))),
    message({ type: MessageType.sub, namespace: 'market', topic: '*' }),
    message({ type: MessageType.pub, namespace: 'market', topic: 'a.b', payload: Buffer.from('x') }),
    message({ type: MessageType.query, payload: Buffer.from('{"type":"namespaces"}') }),
  ),
  fc.uint8Array({ maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 40 })).map(([flags, body]) => {
    const head =
      (flags & 2) === 0 ? Buffer.from([flags, body.length]) : Buffer.from([flags, 0, 0, 0, 0, 0, 0, 0, body.length]);
    return Buffer.concat([head, body]);
  }),
);

/** `states` are what the peer has sent before; each is a function of the ticket of a session. */
export function wireTarget(name, port, states) {
  const bench = new EngineBench();
  return {
    name,
    maxBytes: 2_048,
    generator: fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.array(piece, { maxLength: 6 }))
      .map(([state, cut, parts]) => Buffer.concat([Buffer.from([state, cut]), ...parts])),
    words: [
      '\x05READY',
      '\x04PING',
      '\x09SUBSCRIBE',
      '\x06CANCEL',
      '\x0bSocket-Type',
      '\x08Identity',
      '\x05HELLO',
      '\x08INITIATE',
      '\x05ERROR',
      'market:',
      '\x04\x20',
      '\x06\0\0\0\0\0\0',
    ].map((text) => Buffer.from(text, 'latin1')),
    start: () => bench.start(),
    run: (input) => {
      const state = states[(input[0] ?? 0) % states.length];
      const bytes = Buffer.concat([Buffer.concat(state(bench.ticket)), input.subarray(2)]);
      return bench.feed(port, bytes, input[1] ?? 0);
    },
  };
}
