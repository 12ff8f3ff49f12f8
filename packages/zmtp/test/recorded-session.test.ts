import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt, everyByte, join, textOf, toHex } from './support/bytes.js';
import { PeerCollector } from './support/collector.js';
import { type RecordedStream, recordedStreams } from './support/recorded-session.js';

function receive(stream: RecordedStream, chunks: readonly Uint8Array[]): PeerCollector {
  const collector = new PeerCollector(stream.receiver);
  collector.peer.handshake.start();
  collector.pushAll(chunks);
  return collector;
}

describe.each(recordedStreams)('recorded session, $title', (stream) => {
  const whole = receive(stream, [stream.wire]);

  it('decodes to a handshake and traffic', () => {
    expect(whole.peer.handshake.state).toBe('ready');
    expect(whole.messages.length + whole.commands.length).toBeGreaterThan(0);
  });

  it('decodes the same in the recorded pieces', () => {
    expect(receive(stream, stream.chunks).received).toEqual(whole.received);
  });

  it('decodes the same at every cut', () => {
    for (let cut = 1; cut < stream.wire.length; cut++) {
      const { received, sent } = receive(stream, cutAt(stream.wire, [cut]));
      expect(received, `cut at ${cut}`).toEqual(whole.received);
      expect(toHex(join(...sent))).toBe(toHex(whole.sentBytes));
    }
  });

  it('decodes the same byte by byte', () => {
    expect(receive(stream, everyByte(stream.wire)).received).toEqual(whole.received);
  });

  it('decodes the same at random cuts', () => {
    const offsets = fc.array(fc.nat(stream.wire.length), { maxLength: 40 });
    fc.assert(
      fc.property(offsets, (cuts) => {
        expect(receive(stream, cutAt(stream.wire, cuts)).received).toEqual(whole.received);
      }),
      { numRuns: 150 },
    );
  });
});

describe('recorded session, contents', () => {
  const [dealer, router, sub, xpub] = recordedStreams.map((stream) => receive(stream, [stream.wire]));

  it('has six frames in each request and reply', () => {
    for (const frames of [...dealer!.messages, ...router!.messages]) expect(frames).toHaveLength(6);
    expect(textOf(dealer!.messages[0]![4]!)).toContain('"username": "admin"');
    expect(textOf(router!.messages[0]![4]!)).toContain('AUTH_OK');
  });

  it('subscribes by command', () => {
    expect(sub!.commands[0]).toEqual(['SUBSCRIBE', toHex(new TextEncoder().encode('market_data:'))]);
  });

  it('has seven frames in each delivery, one of them long', () => {
    for (const frames of xpub!.messages) expect(frames).toHaveLength(7);
    expect(xpub!.messages.map((frames) => frames[5]!.length)).toEqual([5, 300]);
  });

  it('is answered with the READY of libzmq, byte for byte', () => {
    const [asRouter, asDealer, asXpub, asSub] = recordedStreams.map((stream) =>
      toHex(receive(stream, [stream.wire]).sentBytes),
    );
    const readyOf = (stream: RecordedStream) => toHex(stream.wire.subarray(64, 66 + stream.wire[65]!));
    expect(asRouter!.endsWith(readyOf(recordedStreams[1]!))).toBe(true);
    expect(asDealer!.endsWith(readyOf(recordedStreams[0]!))).toBe(true);
    expect(asXpub!.endsWith(readyOf(recordedStreams[3]!))).toBe(true);
    expect(asSub!.endsWith(readyOf(recordedStreams[2]!))).toBe(true);
  });
});
