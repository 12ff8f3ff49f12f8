import { MessageType, WireError } from '@pulsemq/protocol';
import { encodeCommand, encodeFrame, encodeMessage, FrameFlag, ZmtpError } from '@pulsemq/zmtp';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LargeReader } from '../../src/engine/session/wire/large-reader.js';
import type { RequestSpan } from '../../src/engine/session/wire/message-locator.js';
import type { Refusal } from '../../src/engine/session/wire/refusal.js';
import { RequestReader } from '../../src/engine/session/wire/request-reader.js';
import type { RequestReceiver } from '../../src/engine/session/wire/request-receiver.js';
import { wireMessage, wirePublish } from './support.js';

/** Records every call as text. */
class Recorder implements RequestReceiver {
  readonly seen: string[] = [];
  largeRefusal: Refusal | undefined;

  onMessage(span: RequestSpan): void {
    const { buf } = span;
    const name = buf.toString('latin1', span.namespaceAt + 2, span.topicAt);
    const topic = buf.toString('latin1', span.topicAt + 2, span.usernameAt);
    const payload = buf.toString('latin1', span.payloadStart, span.payloadEnd);
    const reserved = buf.toString('latin1', span.reservedStart, span.reservedEnd);
    this.seen.push(`message ${name}:${topic} ${payload.length > 40 ? payload.length : payload} ${reserved}`);
  }

  refuseLarge(): Refusal | undefined {
    return this.largeRefusal;
  }

  onLarge(reader: LargeReader): void {
    const { chunks, reserved } = reader.message();
    const payload = Buffer.concat(chunks).subarray(reader.span.payloadStart, reader.span.payloadEnd);
    this.seen.push(`large ${payload.length} ${payload.every((byte, index) => byte === index % 251)} ${reserved}`);
  }

  onCommand(buf: Buffer, start: number, end: number): void {
    this.seen.push(`command ${buf.toString('latin1', start, end)}`);
  }

  onRefused(refusal: Refusal): void {
    this.seen.push(`refused ${refusal.code}`);
  }
}

/** Uses the read buffer again after each read, so that bytes kept by reference show. */
function readInPieces(wire: Buffer, cuts: readonly number[], receiver = new Recorder()): string[] {
  const reader = new RequestReader(receiver);
  reader.maxHeldBytes = Number.POSITIVE_INFINITY;
  const shared = Buffer.alloc(wire.length);
  let from = 0;
  for (const cut of [...cuts, wire.length]) {
    if (cut <= from || cut > wire.length) continue;
    shared.fill(0xaa);
    wire.copy(shared, 0, from, cut);
    reader.push(shared, 0, cut - from);
    from = cut;
  }
  return receiver.seen;
}

const large = (bytes: number): Buffer => Buffer.from(Uint8Array.from({ length: bytes }, (_, index) => index % 251));

const mixed = Buffer.concat([
  wirePublish('a.b', 'one'),
  wireMessage({ type: MessageType.ping }),
  wirePublish('a.c', 'x'.repeat(300), { reserved: Buffer.from('mine') }),
  Buffer.from(encodeCommand('PING', Buffer.from([0, 10, 7]))),
  Buffer.from(encodeMessage([Buffer.from('one'), Buffer.from('two')])),
  Buffer.from(encodeMessage([Buffer.alloc(0), ...Array.from({ length: 6 }, () => Buffer.from('f'))])),
  wirePublish('last', ''),
]);

const expectedOfMixed = [
  'message market:a.b one ',
  'message :  ',
  'message market:a.c 300 mine',
  'command \u0004PING\u0000\n\u0007',
  `refused ${WireError.malformed}`,
  `refused ${WireError.malformed}`,
  'message market:last  ',
];

test('every single cut and every pair of neighbouring cuts of a mixed stream decodes the same', () => {
  for (let cut = 0; cut <= mixed.length; cut++) {
    expect(readInPieces(mixed, [cut])).toEqual(expectedOfMixed);
    expect(readInPieces(mixed, [cut, cut + 1, cut + 2])).toEqual(expectedOfMixed);
  }
});

test('byte by byte decodes the same', () => {
  expect(readInPieces(mixed, Array.from(mixed.keys()))).toEqual(expectedOfMixed);
});

test('random cuts of random messages decode the same', () => {
  const message = fc.record({ size: fc.oneof(fc.nat(40), fc.nat(400), fc.constant(140_000)), reserved: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(300_000), { maxLength: 12 }), (messages, cuts) => {
      const wire = Buffer.concat(
        messages.map(({ size, reserved }) => wirePublish('a', large(size), { reserved: Buffer.alloc(reserved, 'r') })),
      );
      const expected = readInPieces(wire, []);
      expect(expected.length).toBe(messages.length);
      expect(
        readInPieces(
          wire,
          cuts.filter((cut) => cut < wire.length).sort((left, right) => left - right),
        ),
      ).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('a large message arrives as its chunks, whole, with the messages around it in order', () => {
  const wire = Buffer.concat([
    wirePublish('a', 'before'),
    wirePublish('big', large(1_000_000), { reserved: Buffer.from('tail') }),
    wirePublish('a', 'after'),
  ]);
  const cuts = Array.from({ length: 16 }, (_, index) => 65_536 * (index + 1));
  const expected = ['message market:a before ', 'large 1000000 true tail', 'message market:a after '];
  expect(readInPieces(wire, cuts)).toEqual(expected);
  // The end of the payload and frame 5 byte by byte.
  expect(
    readInPieces(
      wire,
      Array.from({ length: 100 }, (_, index) => wire.length - 100 + index),
    ),
  ).toEqual(expected);
});

test('a large message that is refused is passed over, and the next one is not lost', () => {
  const receiver = new Recorder();
  receiver.largeRefusal = { code: WireError.payloadTooLarge, text: 'too large', silent: false };
  const wire = Buffer.concat([wirePublish('big', large(500_000)), wirePublish('a', 'after')]);
  expect(readInPieces(wire, [10, 50, 70_000, 400_000], receiver)).toEqual([
    `refused ${WireError.payloadTooLarge}`,
    'message market:a after ',
  ]);
});

test('nothing of a refused large message is allocated', () => {
  const receiver = new Recorder();
  receiver.largeRefusal = { code: WireError.payloadTooLarge, text: 'too large', silent: false };
  const reader = new RequestReader(receiver);
  const before = process.memoryUsage().arrayBuffers;
  const head = announcing(2 ** 26);
  reader.push(head, 0, head.length);
  const block = Buffer.alloc(262_144);
  for (let turn = 0; turn < 250; turn++) reader.push(block, 0, block.length);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
  expect(receiver.seen).toEqual([]);
});

/** The beginning of a PUB whose payload frame announces this number of bytes. */
function announcing(payloadBytes: number): Buffer {
  const whole = wirePublish('big', large(300));
  const head = whole.subarray(0, whole.length - 2 - 300);
  head.writeBigUInt64BE(BigInt(payloadBytes), head.length - 8);
  return head;
}

test('fault T8: a message that announces more than any payload may have ends the connection', () => {
  const frame = Buffer.alloc(9);
  frame[0] = FrameFlag.long | FrameFlag.more;
  frame.writeBigUInt64BE(2n ** 40n, 1);
  const short = Buffer.from(encodeFrame(Buffer.from('x'), FrameFlag.more));
  for (const wire of [announcing(2 ** 40), frame, Buffer.concat([short, frame])]) {
    for (let cut = 0; cut < wire.length; cut++)
      expect(() => readInPieces(wire, [cut])).toThrow(/1099511[0-9]* bytes exceeds/);
  }
});

test('fault T8: frames of one message that together announce too much end the connection', () => {
  const receiver = new Recorder();
  receiver.largeRefusal = { code: WireError.payloadTooLarge, text: 'too large', silent: false };
  const reader = new RequestReader(receiver);
  const head = announcing(100_000_000);
  reader.push(head, 0, head.length);
  const body = Buffer.alloc(1_000_000);
  for (let turn = 0; turn < 100; turn++) reader.push(body, 0, body.length);
  const next = Buffer.alloc(9);
  next[0] = FrameFlag.long | FrameFlag.more;
  next.writeBigUInt64BE(100_000_000n, 1);
  expect(() => reader.push(next, 0, next.length)).toThrow(/200000000 bytes exceeds/);
});

test('a message that is stopped midway keeps 16 KiB at most before AUTH', () => {
  const reader = new RequestReader(new Recorder());
  const wire = wirePublish('a', large(40_000));
  reader.push(wire, 0, 16_000);
  expect(() => reader.push(wire, 16_000, 20_000)).toThrow(/exceeds 16384/);
});

test('seven frames with a large payload are refused once they have passed', () => {
  const frames = [
    Buffer.alloc(20),
    Buffer.from('m'),
    Buffer.from('t'),
    Buffer.from('u'),
    large(200_000),
    Buffer.from('r'),
    Buffer.from('x'),
  ];
  const wire = Buffer.concat([Buffer.from(encodeMessage(frames)), wirePublish('a', 'after')]);
  const expected = [`refused ${WireError.malformed}`, 'message market:a after '];
  expect(readInPieces(wire, [])).toEqual(expected);
  expect(readInPieces(wire, [100_000, 200_000])).toEqual(expected);
  for (let cut = 200_000; cut < wire.length; cut++) expect(readInPieces(wire, [cut])).toEqual(expected);
});

test('short frames in the long form are understood', () => {
  const longForm = (body: Buffer, more: boolean): Buffer => {
    const head = Buffer.alloc(9);
    head[0] = FrameFlag.long | (more ? FrameFlag.more : 0);
    head.writeBigUInt64BE(BigInt(body.length), 1);
    return Buffer.concat([head, body]);
  };
  const plain = [
    Buffer.alloc(20),
    Buffer.from('market'),
    Buffer.from('a'),
    Buffer.from('user'),
    Buffer.from('pay'),
    Buffer.from('res'),
  ];
  const wire = Buffer.concat([...plain.map((body, index) => longForm(body, index < 5)), wirePublish('a', 'after')]);
  for (let cut = 0; cut <= wire.length; cut++) {
    expect(readInPieces(wire, [cut])).toEqual(['message market:a pay res', 'message market:a after ']);
  }
});

test.each([
  ['reserved flags', Buffer.from([0x48, 0x54, 0x54, 0x50])],
  [
    'a command inside a message',
    Buffer.concat([Buffer.from(encodeFrame(Buffer.from('x'), FrameFlag.more)), Buffer.from([4, 1, 65])]),
  ],
  ['an oversized command', Buffer.concat([Buffer.from([6, 0, 0, 0, 0, 0, 1, 0, 0])])],
])('%s end the connection', (_, wire) => {
  expect(() => readInPieces(wire, [])).toThrow(ZmtpError);
});

test('a message of endless frames ends the connection and keeps nothing', () => {
  const reader = new RequestReader(new Recorder());
  const block = Buffer.alloc(200_000);
  for (let at = 0; at < block.length; at += 2) block[at] = FrameFlag.more;
  expect(() => {
    for (let turn = 0; turn < 100; turn++) reader.push(block, 0, block.length);
  }).toThrow(/64 frames/);
});

test('random bytes never do worse than a ZmtpError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(300), { maxLength: 4 }), (bytes, cuts) => {
      try {
        readInPieces(
          Buffer.from(bytes),
          cuts.filter((cut) => cut < bytes.length).sort((left, right) => left - right),
        );
      } catch (error) {
        expect(error).toBeInstanceOf(ZmtpError);
      }
    }),
    { numRuns: 5_000 },
  );
});
