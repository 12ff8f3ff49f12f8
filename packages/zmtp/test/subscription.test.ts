import { describe, expect, it } from 'vitest';
import { FrameFlag } from '../src/constants.js';
import { encodeCancel, encodeSubscribe, parseSubscription } from '../src/subscription.js';
import { bytes, text, textOf, toHex } from './support/bytes.js';

/** Recorded from libzmq 4.3.5. */
const vectors = [
  ['0416095355425343524942456d61726b65745f646174613a', 'subscribe', 'command'],
  ['04130643414e43454c6d61726b65745f646174613a', 'cancel', 'command'],
  ['000d016d61726b65745f646174613a', 'subscribe', 'message'],
  ['000d006d61726b65745f646174613a', 'cancel', 'message'],
] as const;

function parse(frame: Uint8Array) {
  const span = parseSubscription(frame, frame[0]!, 2, frame.length);
  return span && { kind: span.kind, prefix: textOf(frame.subarray(span.prefixStart, span.prefixEnd)) };
}

describe('subscription', () => {
  it.each(vectors)('%s is %s as %s', (hex, kind, form) => {
    const frame = (kind === 'subscribe' ? encodeSubscribe : encodeCancel)(text('market_data:'), form);
    expect(toHex(frame)).toBe(hex);
    expect(parse(frame)).toEqual({ kind, prefix: 'market_data:' });
  });

  it('may have an empty prefix', () => {
    for (const form of ['command', 'message'] as const) {
      expect(parse(encodeSubscribe(bytes(), form))).toEqual({ kind: 'subscribe', prefix: '' });
    }
  });

  it('is not found in other frames', () => {
    expect(parseSubscription(text('\x04PING\0\0'), FrameFlag.command, 0, 7)).toBeNull();
    expect(parseSubscription(bytes(2, 3), 0, 0, 2)).toBeNull();
    expect(parseSubscription(bytes(), 0, 0, 0)).toBeNull();
    expect(parseSubscription(bytes(1, 65), FrameFlag.more, 0, 2)).toBeNull();
  });
});
