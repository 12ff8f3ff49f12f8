import { PayloadTooLargeError, payloadLimitBytes } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { decodePayload, encodePayload } from '../src/payload.js';

describe('bytes', () => {
  test.each([
    ['a Buffer', Buffer.from([1, 2, 3])],
    ['a Uint8Array', new Uint8Array([1, 2, 3])],
    ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
    ['a view of part of a buffer', new DataView(new Uint8Array([0, 1, 2, 3, 4]).buffer, 1, 3)],
  ])('takes %s', (_, data) => {
    const { payload, formatCode, flags } = encodePayload({ format: 'bytes', data });
    expect([...payload]).toEqual([1, 2, 3]);
    expect(decodePayload(formatCode, flags, payload)).toEqual({
      data: Buffer.from([1, 2, 3]),
      format: 'bytes',
      compressed: undefined,
    });
  });

  test('are decoded without a copy', () => {
    const payload = new Uint8Array([1, 2, 3]);
    const { data } = decodePayload(0, 0, payload);
    payload[0] = 9;
    expect([...(data as Uint8Array)]).toEqual([9, 2, 3]);
  });

  test.each([
    ['text', 'use format "string"'],
    [5, 'a number'],
    [null, 'null'],
    [[1], 'an array'],
  ])('refuses %j and names its type', (data, hint) => {
    expect(() => encodePayload({ format: 'bytes', data })).toThrow(hint);
  });
});

describe('string', () => {
  test('is UTF-8 in both directions', () => {
    const { payload, formatCode } = encodePayload({ format: 'string', data: '价格 10.5 \ufffd 🙂' });
    expect(decodePayload(formatCode, 0, payload).data).toBe('价格 10.5 \ufffd 🙂');
  });

  test('refuses half a surrogate pair, and bytes that are not UTF-8', () => {
    expect(() => encodePayload({ format: 'string', data: '\ud800' })).toThrow('half a surrogate pair');
    expect(() => decodePayload(1, 0, Buffer.from([0xff]))).toThrow('is not valid UTF-8');
    expect(() => encodePayload({ format: 'string', data: Buffer.from('x') })).toThrow('takes a string, not a Buffer');
  });
});

describe('limits', () => {
  test('count bytes, not characters, before compression; exactly the limit is accepted', () => {
    const limit = payloadLimitBytes.string;
    expect(encodePayload({ format: 'string', data: 'x'.repeat(limit) }).payload).toHaveLength(limit);
    expect(() => encodePayload({ format: 'string', data: '价'.repeat(limit / 2) })).toThrow(PayloadTooLargeError);
    const call = () => encodePayload({ format: 'string', data: 'x'.repeat(limit + 1), compress: 'zstd' });
    expect(call).toThrow('payload of format string has 8193 bytes, the limit is 8192 bytes');
  });

  test('apply to received payloads, compressed or not', () => {
    expect(() => decodePayload(1, 0, Buffer.alloc(8_193, 'x'))).toThrow(PayloadTooLargeError);
    const { payload } = encodePayload({ format: 'bytes', data: Buffer.alloc(8_193, 'x'), compress: 'zlib' });
    expect(() => decodePayload(1, 1, payload)).toThrow(PayloadTooLargeError);
  });
});

test('an unknown format is refused, by name and by code', () => {
  expect(() => encodePayload({ format: 'csv' as 'bytes', data: '' })).toThrow('format "csv" is unknown');
  expect(() => encodePayload({ format: 'constructor' as 'bytes', data: '' })).toThrow('is unknown');
  expect(() => decodePayload(4, 0, Buffer.alloc(0))).toThrow('data format 4 is unknown');
});
