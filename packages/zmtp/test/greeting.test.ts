import { describe, expect, it } from 'vitest';
import { encodeGreeting, GreetingReader } from '../src/greeting.js';
import { bytes, cutAt, everyByte, join, text, toHex } from './support/bytes.js';
import { codeOf, zmtpError } from './support/errors.js';

const greeting = encodeGreeting({ minor: 1, mechanism: 'NULL', asServer: false });

function read(...chunks: Uint8Array[]): GreetingReader {
  const reader = new GreetingReader();
  for (const chunk of chunks) reader.push(chunk, 0, chunk.length);
  return reader;
}

const patched = (offset: number, ...values: number[]) => {
  const copy = greeting.slice();
  copy.set(values, offset);
  return copy;
};

describe('greeting', () => {
  it('is 64 bytes in the layout of the RFC', () => {
    const expected = `ff${'00'.repeat(8)}7f03014e554c4c${'00'.repeat(16)}00${'00'.repeat(31)}`;
    expect(toHex(greeting)).toBe(expected);
    expect(encodeGreeting({ minor: 0, mechanism: 'PLAIN', asServer: true })[32]).toBe(1);
  });

  it('comes in any number of pieces', () => {
    for (let cut = 1; cut < 64; cut++) expect(read(...cutAt(greeting, [cut])).isWhole).toBe(true);
    const reader = read(...everyByte(greeting));
    expect([reader.isWhole, reader.major, reader.minor, reader.mechanism]).toEqual([true, 3, 1, 'NULL']);
  });

  it('uses only its 64 bytes', () => {
    expect(new GreetingReader().push(join(greeting, bytes(4, 1)), 0, 66)).toBe(64);
  });

  it('knows the mechanism after 32 bytes', () => {
    expect(read(greeting.slice(0, 31)).mechanism).toBeNull();
    expect(read(greeting.slice(0, 32)).mechanism).toBe('NULL');
    expect(read(patched(12, ...text('ABCDEFGHIJKLMNOPQRST'))).mechanism).toBe('ABCDEFGHIJKLMNOPQRST');
  });

  it('may hold anything in its padding, as-server and filler', () => {
    expect(read(patched(1, 1, 2, 3, 4, 5, 6, 7, 8)).isWhole).toBe(true);
    expect(read(patched(32, ...new Array(32).fill(9))).isWhole).toBe(true);
  });

  it('accepts later versions', () => {
    expect(read(patched(10, 3, 7)).isWhole).toBe(true);
    expect(read(patched(10, 4, 0)).isWhole).toBe(true);
  });

  it('refuses earlier versions at the revision byte', () => {
    const error = zmtpError(() => read(patched(10, 1).slice(0, 11)));
    expect(error.code).toBe('ZMTP_UNSUPPORTED_VERSION');
    expect(error.message).toContain('ZMTP 2');
    expect(zmtpError(() => read(patched(10, 0))).message).toContain('ZMTP 1');
  });

  it.each([
    ['a name with bytes after its padding', text('NULL\0X')],
    ['zeros only', bytes(0, 0, 0, 0)],
  ])('refuses a mechanism field of %s', (_, field) => {
    expect(codeOf(() => read(patched(12, ...field)))).toBe('ZMTP_BAD_GREETING');
  });
});

describe('greeting of another protocol', () => {
  it.each([
    ['GET / HTTP/1.1\r\n', 'HTTP'],
    ['POST /a', 'HTTP'],
    ['\x16\x03\x01\x02\x00', 'TLS'],
    ['SSH-2.0-OpenSSH', 'SSH'],
    ['PROXY TCP4 ', 'PROXY'],
    ['\x01\x00', 'ZMTP 1'],
    ['\x05\x00abcd', 'ZMTP 1'],
    ['{"a":1}', 'another protocol'],
  ])('%j looks like %s', (first, name) => {
    const error = zmtpError(() => read(text(first)));
    expect(error.code).toBe('ZMTP_BAD_SIGNATURE');
    expect(error.message).toContain(name);
  });

  it('is recognised by its first byte', () => {
    expect(zmtpError(() => read(text('G'))).message).toContain('HTTP');
    expect(zmtpError(() => read(bytes(0x16))).message).toContain('TLS');
    expect(codeOf(() => read(bytes(0)))).toBe('ZMTP_BAD_SIGNATURE');
  });

  it('is recognised by its tenth byte if the first byte fits', () => {
    const start = new Array(8).fill(0);
    expect(read(bytes(0xff, ...start)).isWhole).toBe(false);
    expect(zmtpError(() => read(bytes(0xff, ...start, 0))).message).toContain('ZMTP 1');
    expect(zmtpError(() => read(bytes(0xff, ...start, 0x55))).message).toContain('noise');
  });
});
