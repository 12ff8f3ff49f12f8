import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';

interface Vector {
  readonly name: string;
  readonly frames_hex: readonly string[];
  readonly decoded: { readonly data_format: number; readonly flags: number; readonly value?: Record<string, unknown> };
}

const vectors = JSON.parse(readFileSync(new URL('./fixtures/wire-vectors.json', import.meta.url), 'utf8')) as Vector[];

/** Payloads of publishes; their deliveries carry the same bytes. */
const publishes = vectors.filter(({ name }) => name.startsWith('pub_') && !['pub_ok', 'pub_bad_topic'].includes(name));

test('every publish among the vectors is decoded here', () => {
  expect(publishes.length).toBe(17);
});

describe.each(publishes)('$name', ({ frames_hex, decoded }) => {
  const payload = Buffer.from(frames_hex[4]!, 'hex');
  const { data, format, compressed } = decodePayload(decoded.data_format, decoded.flags, payload);

  test('decodes to the value the original sent', () => {
    const value = decoded.value ?? {};
    if (value.bytes_hex !== undefined) expect((data as Buffer).toString('hex')).toBe(value.bytes_hex);
    else if (value.text !== undefined) expect(data).toBe(value.text);
    else if (value.records !== undefined) {
      // The vectors write NaN, which pandas puts for a missing text, as a word; here it is null.
      const records = JSON.parse(JSON.stringify(value.records).replaceAll('"NaN"', 'null'));
      expect((data as DataFrame).toJSON()).toEqual(records);
    } else expect(data instanceof DataFrame || Buffer.isBuffer(data) || typeof data === 'string').toBe(true);
  });

  test('goes on as it came', () => {
    const again = encodePayload({ format, data, compress: compressed });
    expect(again.formatCode).toBe(decoded.data_format);
    expect(again.flags).toBe(decoded.flags);
    const back = decodePayload(again.formatCode, again.flags, again.payload).data;
    if (data instanceof DataFrame) expect((back as DataFrame).rows()).toEqual(data.rows());
    else expect(back).toEqual(data);
    // Uncompressed payloads are the very bytes.
    if (compressed === undefined) expect(Buffer.from(again.payload).equals(payload)).toBe(true);
  });
});
