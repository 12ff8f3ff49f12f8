import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';

interface Vector {
  readonly name: string;
  readonly frames_hex: readonly string[];
  readonly decoded: { readonly data_format: number; readonly flags: number; readonly value?: Record<string, unknown> };
}

/** Recorded from the Python package. */
const fixture = new URL('../../protocol/test/fixtures/wire-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(fixture, 'utf8')) as Vector[];

/** The publishes. Their deliveries carry the same payloads. */
const publishes = vectors.filter(({ name }) => name.startsWith('pub_') && !['pub_ok', 'pub_bad_topic'].includes(name));

test('17 of the vectors are publishes', () => {
  expect(publishes.length).toBe(17);
});

describe.each(publishes)('$name', ({ frames_hex, decoded }) => {
  const payload = Buffer.from(frames_hex[4]!, 'hex');
  const { data, format, compressed } = decodePayload(decoded.data_format, decoded.flags, payload);

  test('decodes to the value that the original sent', () => {
    const value = decoded.value ?? {};
    if (value.bytes_hex !== undefined) expect(Buffer.from(data as Uint8Array).toString('hex')).toBe(value.bytes_hex);
    else if (value.text !== undefined) expect(data).toBe(value.text);
    else if (value.records !== undefined) {
      // pandas stores a missing text as NaN, which the vectors write as a word. Here it is null.
      const records = JSON.parse(JSON.stringify(value.records).replaceAll('"NaN"', 'null'));
      expect((data as DataFrame).toJSON()).toEqual(records);
    } else expect(data instanceof DataFrame || data instanceof Uint8Array || typeof data === 'string').toBe(true);
  });

  test('is encoded again as it came', () => {
    const again = encodePayload({ format, data, compress: compressed });
    expect(again.formatCode).toBe(decoded.data_format);
    expect(again.flags).toBe(decoded.flags);
    const back = decodePayload(again.formatCode, again.flags, again.payload).data;
    if (data instanceof DataFrame) expect((back as DataFrame).rows()).toEqual(data.rows());
    else expect(back).toEqual(data);
    // An uncompressed payload has the same bytes.
    if (compressed === undefined) expect(Buffer.from(again.payload).equals(payload)).toBe(true);
  });
});
