import { describe, expect, it } from 'vitest';
import { encodeMetadata, parseMetadata } from '../src/metadata.js';
import { bytes, fromHex, join, text, textOf, toHex } from './support/bytes.js';
import { codeOf, zmtpError } from './support/errors.js';

const parse = (body: Uint8Array, maxEntries = 4) => parseMetadata(body, 0, body.length, maxEntries);

describe('metadata', () => {
  it('is name, 4-byte length and value', () => {
    const body = encodeMetadata([
      ['Socket-Type', text('SUB')],
      ['X-a', bytes()],
    ]);
    expect(toHex(body)).toBe(`0b${toHex(text('Socket-Type'))}0000000353554203582d6100000000`);
    expect([...parse(body)].map(([name, value]) => [name, textOf(value)])).toEqual([
      ['socket-type', 'SUB'],
      ['x-a', ''],
    ]);
  });

  it('has case-insensitive names', () => {
    expect(parse(encodeMetadata([['sOCKET-tYPE', text('SUB')]])).has('socket-type')).toBe(true);
    const twice = encodeMetadata([
      ['a', bytes()],
      ['A', bytes()],
    ]);
    expect(zmtpError(() => parse(twice)).message).toBe('bad metadata: property a appears twice');
  });

  it('copies its values out of the buffer', () => {
    const body = encodeMetadata([['a', text('v')]]);
    const metadata = parse(body);
    body.fill(0);
    expect(textOf(metadata.get('a')!)).toBe('v');
  });

  it('copies its values out of a Node Buffer, whose slice would be a view', () => {
    const body = Buffer.from(encodeMetadata([['a', text('v')]]));
    const metadata = parse(body);
    body.fill(0);
    expect(textOf(metadata.get('a')!)).toBe('v');
  });

  it('is refused if it is cut inside a property', () => {
    const first = encodeMetadata([['a', text('12')]]);
    const body = join(first, encodeMetadata([['b', text('3')]]));
    for (let end = 1; end < body.length; end++) {
      if (end !== first.length)
        expect(
          codeOf(() => parse(body.slice(0, end))),
          `${end}`,
        ).toBe('ZMTP_BAD_METADATA');
    }
  });

  it.each(['0000000000', '012000000000', '0161ffffffff', '016180000000'])('of bytes %s is refused', (hex) => {
    expect(codeOf(() => parse(fromHex(hex)))).toBe('ZMTP_BAD_METADATA');
  });

  it('has a limited number of properties', () => {
    const properties = ['a', 'b', 'c', 'd', 'e'].map((name) => [name, bytes()] as const);
    expect(parse(encodeMetadata(properties.slice(0, 4))).size).toBe(4);
    expect(zmtpError(() => parse(encodeMetadata(properties))).message).toContain('maxMetadataEntries 4');
  });
});
