import { encodeCommand, encodeMessage } from '@pulsemq/zmtp';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageScanner, type MessageSpan } from '../src/core/message-scanner.js';

/** What a scanner finds, in a form that compares. The buffer is overwritten after each push, as a socket's is. */
function scan(stream: Uint8Array, cuts: readonly number[]): string[] {
  const found: string[] = [];
  const scanner = new MessageScanner({
    onMessage: (buf: Buffer, { bounds, frameCount }: MessageSpan) => {
      const frames = Array.from({ length: frameCount }, (_, index) =>
        buf.toString('hex', bounds[2 * index], bounds[2 * index + 1]),
      );
      found.push(frames.join(','));
    },
    onCommand: (buf, start, end) => found.push(`command ${buf.toString('hex', start, end)}`),
  });
  const edges = [0, ...[...new Set(cuts)].filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
  const shared = Buffer.alloc(stream.length + 3);
  for (const [index, end] of edges.slice(1).entries()) {
    const part = stream.subarray(edges[index]!, end);
    shared.fill(0xee);
    shared.set(part, 3);
    scanner.push(shared, 3, 3 + part.length);
  }
  return found;
}

const stream = Buffer.concat([
  encodeMessage([Buffer.from('a')]),
  encodeMessage([Buffer.from('key'), Buffer.alloc(0), Buffer.alloc(300, 1), Buffer.from('z')]),
  encodeCommand('PONG', Buffer.from('x')),
  encodeMessage([Buffer.alloc(255), Buffer.alloc(256)]),
]);

test('finds the same at every cut, every pair of near cuts, and byte by byte', () => {
  const whole = scan(stream, []);
  expect(whole).toHaveLength(4);
  for (let cut = 1; cut < stream.length; cut++) {
    expect(scan(stream, [cut])).toEqual(whole);
    expect(scan(stream, [cut, cut + 1, cut + 5])).toEqual(whole);
  }
  expect(
    scan(
      stream,
      Array.from(stream, (_, index) => index),
    ),
  ).toEqual(whole);
});

test('finds random messages at random cuts', () => {
  const frame = fc.uint8Array({ maxLength: 400 });
  const messages = fc.array(fc.array(frame, { minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat({ max: 5_000 }), { maxLength: 10 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map((frames) => encodeMessage(frames)));
      const expected = sent.map((frames) => frames.map((one) => Buffer.from(one).toString('hex')).join(','));
      expect(scan(bytes, cuts)).toEqual(expected);
    }),
  );
});

test('a length is only a claim: what is announced is not allocated', () => {
  const scanner = new MessageScanner({ onMessage: () => {}, onCommand: () => {} });
  const head = Buffer.from('020000000005000000', 'hex');
  const before = process.memoryUsage().arrayBuffers;
  scanner.push(head, 0, head.length);
  scanner.push(Buffer.alloc(1_000), 0, 1_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576);
  const endless = Buffer.from('02ffffffffffffffff', 'hex');
  const fresh = new MessageScanner({ onMessage: () => {}, onCommand: () => {} });
  expect(() => fresh.push(endless, 0, endless.length)).toThrow('exceeds');
  const frames = Buffer.alloc(40, Buffer.from('0100', 'hex'));
  expect(() => fresh.push(frames, 0, frames.length)).toThrow('more than 8 frames');
});
