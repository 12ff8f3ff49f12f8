import { encodeMessage, encodePing } from '@pulsemq/zmtp';
import { expect, test } from 'vitest';
import { MessageWalker } from '../../src/market/wire/message-walker.js';

const messages = [['a', '', 'ccc'], ['long', 'x'.repeat(300), 'y'], Array.from({ length: 7 }, (_, at) => String(at))];
const bytes = Buffer.concat([
  ...messages.map((frames) => encodeMessage(frames.map((frame) => Buffer.from(frame)))),
  encodePing(0, Buffer.from('context')),
  encodeMessage([Buffer.from('z'.repeat(9_000))]),
]);
const expected = [...messages.map((frames) => frames.join('|')), 'PING context', 'z'.repeat(9_000)];

function walked(chunks: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const walker = new MessageWalker({
    onMessage: ({ bytes: read, starts, ends, frameCount }) => {
      const frames = Array.from({ length: frameCount }, (_, frame) =>
        read.toString('utf8', starts[frame], ends[frame]),
      );
      seen.push(frames.join('|'));
    },
    onPing: (context) => seen.push(`PING ${Buffer.from(context)}`),
  });
  for (const chunk of chunks) walker.push(chunk);
  return seen;
}

test('messages are whole wherever reads cut them', () => {
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(walked([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
  }
});

test.each([1, 7, 5_000])('messages are whole in reads of %i bytes', (size) => {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  expect(walked(chunks)).toEqual(expected);
});

test('a message with more frames than the protocol has is refused', () => {
  const frames = Array.from({ length: 8 }, () => Buffer.from('x'));
  expect(() => walked([Buffer.from(encodeMessage(frames))])).toThrow('more than 7 frames');
});
