// The JSON that requests carry: AUTH, SUB with its options, QUERY. An input is a byte for the type, then the payload.
import { MessageType } from '@pulsemq/protocol';
import { FrameDecoder, FrameFlag } from '@pulsemq/zmtp';
import fc from 'fast-check';
import { auth, EngineBench, handshake, message } from '../engine-in-memory.mjs';

const bench = new EngineBench();
const types = [MessageType.auth, MessageType.sub, MessageType.query, MessageType.unsub];

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    'market',
    'topics',
    'namespaces',
    'permission',
    'subscriptions',
    'dropOldest',
    'conflate',
    0.5,
    4_294_967_295,
    false,
    0,
    1e308,
    -1,
    '__proto__',
  ),
);
const key = fc.constantFrom(
  'type',
  'namespace',
  'page',
  'username',
  'token',
  'onSlow',
  'snapshot',
  'status',
  'lane',
  'maxRate',
  'request',
  '__proto__',
  'constructor',
);
const text = fc.oneof(
  fc.dictionary(key, value, { maxKeys: 4 }).map((object) => JSON.stringify(object)),
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('', '{', '[[[[', '{"type":', 'null', '"\\ud800"', '{"a":1e999}'),
);

/** The JSON of every reply. Throws for a reply that is none: a client could not read it. */
function checkReplies(written) {
  let frames = [];
  const onFrame = (buf, flags, start, end) => {
    if ((flags & FrameFlag.command) !== 0) return;
    frames.push(Buffer.from(buf.subarray(start, end)));
    if ((flags & FrameFlag.more) !== 0) return;
    if (frames.length !== 6) throw new Error(`a reply has ${frames.length} frames`);
    if (frames[4].length > 0) JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frames[4]));
    frames = [];
  };
  new FrameDecoder({ maxFrameBytes: 1 << 26 }, { onFrame }).push(Buffer.concat(written), 64);
}

export const target = {
  name: 'request-json',
  maxBytes: 1_024,
  generator: fc
    .tuple(fc.integer({ min: 0, max: 3 }), text)
    .map(([type, json]) => Buffer.concat([Buffer.from([type]), Buffer.from(json)])),
  words: [
    '{"',
    '"}',
    '":',
    ',"',
    '[',
    ']',
    '"type"',
    '"namespace"',
    '"page"',
    '"onSlow"',
    '\\u0000',
    '\\ud800',
    '1e999',
    'true',
    'null',
  ].map((word) => Buffer.from(word)),
  start: () => bench.start(),
  run: (input) => {
    const type = types[(input[0] ?? 0) % types.length];
    const request = message({ type, namespace: 'market', topic: 'a.*', payload: input.subarray(1) });
    const bytes = Buffer.concat([handshake(1, 'DEALER'), auth('publisher'), request]);
    return bench.feed('request', bytes, 0, async (_engine, socket) => checkReplies(socket.written));
  },
};
