import { encodeCommand, encodeMessage } from '@pulsemq/zmtp';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageScanner, type ScanReceiver } from '../src/core/message-scanner.js';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const allocate = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes).fill(0xdd);
const nothing: ScanReceiver = { onMessage: () => {}, onCommand: () => {} };

/** What a scanner finds, in a form that compares. The buffer is overwritten after each push, like that of a transport. */
function scan(stream: Uint8Array, cuts: readonly number[]): string[] {
  const found: string[] = [];
  const receiver: ScanReceiver = {
    onMessage: (buf, { bounds, frameCount }) => {
      const frames = Array.from({ length: frameCount }, (_, index) =>
        hexOf(buf.subarray(bounds[2 * index], bounds[2 * index + 1])),
      );
      found.push(frames.join(','));
    },
    onCommand: (buf, start, end) => found.push(`command ${hexOf(buf.subarray(start, end))}`),
  };
  const scanner = new MessageScanner(receiver, allocate);
  const edges = [0, ...[...new Set(cuts)].filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
  const shared = new Uint8Array(stream.length + 3);
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
      const expected = sent.map((frames) => frames.map(hexOf).join(','));
      expect(scan(bytes, cuts)).toEqual(expected);
    }),
  );
});

test('memory is allocated for bytes that arrived, not for an announced length', () => {
  let allocatedBytes = 0;
  const scanner = new MessageScanner(nothing, (sizeBytes) => {
    allocatedBytes += sizeBytes;
    return new Uint8Array(sizeBytes);
  });
  const head = Buffer.from('020000000005000000', 'hex');
  scanner.push(head, 0, head.length);
  scanner.push(Buffer.alloc(1_000), 0, 1_000);
  expect(allocatedBytes).toBeLessThan(16_384);
  const endless = Buffer.from('02ffffffffffffffff', 'hex');
  const fresh = new MessageScanner(nothing, allocate);
  expect(() => fresh.push(endless, 0, endless.length)).toThrow('the limit is 100663296 bytes');
  const frames = Buffer.alloc(40, Buffer.from('0100', 'hex'));
  expect(() => fresh.push(frames, 0, frames.length)).toThrow('more than 8 frames');
});
