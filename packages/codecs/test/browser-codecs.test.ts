import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compressionAlgorithms, ErrorCode, type PayloadFormat, payloadLimitBytes } from '@pulsemq/protocol';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compress } from '../src/compression/compression.js';
import type { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';
import { TimeOfDay } from '../src/value/time-of-day.js';

/** The codecs as a bundler for browsers takes them, run on Node: they read what the codecs of Node write, and the other way round. */

type Codecs = typeof import('../src/payload-codecs.js') & typeof import('../src/plain.js');

const folder = mkdtempSync(join(tmpdir(), 'pulsemq-browser-codecs-'));
let browser: Codecs;

beforeAll(async () => {
  const outfile = join(folder, 'codecs.mjs');
  const contents = `export * from '@pulsemq/codecs/payload'; export * from '@pulsemq/codecs/plain';`;
  const stdin = { contents, resolveDir: import.meta.dirname };
  await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'browser', logLevel: 'error' });
  browser = (await import(pathToFileURL(outfile).href)) as Codecs;
});

afterAll(() => rmSync(folder, { recursive: true }));

const rows = Array.from({ length: 400 }, (_, index) => ({
  symbol: index % 3 === 0 ? '贵州茅台' : `sz${index}`,
  price: index / 4,
  volume: index % 7 === 0 ? null : BigInt(index) * 10_000_000_000_000n,
  at: new Date(1_700_000_000_000 + index),
  raw: new Uint8Array([index & 0xff, 1]),
}));
const whole = rows.map((row) => ({ ...row, opens: new TimeOfDay(34_200_000_000_000n) }));

const samples: Record<PayloadFormat, unknown> = {
  bytes: new Uint8Array(5_000).map((_, index) => (index * index) >> 3),
  string: '\ufeff价格 😀 '.repeat(200),
  df_msgpack: rows,
  df_pyarrow: whole,
};

/** Data of both in one form: a DataFrame as JSON, bytes as plain bytes. */
function plain(data: unknown): unknown {
  if (data instanceof Uint8Array) return Array.from(data);
  return typeof data === 'string' ? data : (data as DataFrame).toJSON();
}

describe.each([undefined, ...compressionAlgorithms])('with compression %s', (algorithm) => {
  test.each(Object.keys(samples) as PayloadFormat[])('%s is read in a browser as on Node', (format) => {
    const sent = encodePayload({ format, data: samples[format], ...(algorithm && { compress: algorithm }) });
    expect(sent.flags > 0).toBe(algorithm !== undefined);
    const own = decodePayload(sent.formatCode, sent.flags, sent.payload);
    const read = browser.decodePayload(sent.formatCode, sent.flags, sent.payload);
    expect(plain(read.data)).toEqual(plain(own.data));
    expect([read.format, read.compressed]).toEqual([own.format, own.compressed]);
  });
});

test.each([undefined, 'zlib'] as const)('what a browser writes with compression %s is read on Node', (algorithm) => {
  // Without the classes of ours, of which the bundle has its own.
  const written = { ...samples, df_pyarrow: rows };
  for (const [format, data] of Object.entries(written) as [PayloadFormat, unknown][]) {
    const sent = browser.encodePayload({ format, data, ...(algorithm && { compress: algorithm }) });
    const own = encodePayload({ format, data });
    expect(plain(decodePayload(sent.formatCode, sent.flags, sent.payload).data)).toEqual(
      plain(decodePayload(own.formatCode, own.flags, own.payload).data),
    );
  }
});

test.each(['lz4', 'zstd'] as const)('a browser does not write %s, and names what it can write', (algorithm) => {
  const input = { format: 'string', data: 'x'.repeat(2_000), compress: algorithm } as const;
  expect(() => browser.encodePayload(input)).toThrow(`compression ${algorithm} can be read in a browser`);
});

describe.each(compressionAlgorithms)('a browser that reads %s', (algorithm) => {
  const codeOf = (bytes: Uint8Array, maxBytes?: number): string | undefined => {
    try {
      browser.decodePayload(0, compressionAlgorithms.indexOf(algorithm) + 1, bytes, maxBytes);
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test('takes exactly the limit and refuses one byte more', () => {
    const packed = compress(algorithm, Buffer.alloc(100_000, 'x'));
    expect([codeOf(packed, 100_000), codeOf(packed, 99_999)]).toEqual([undefined, ErrorCode.payloadTooLarge]);
  });

  test('refuses a bomb before it takes the memory', () => {
    const bomb = compress(algorithm, Buffer.alloc(2 * payloadLimitBytes.bytes));
    const before = process.memoryUsage().arrayBuffers;
    expect(codeOf(bomb)).toBe(ErrorCode.payloadTooLarge);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * payloadLimitBytes.bytes);
  });

  test('refuses every cut, and a changed byte causes at most an error', () => {
    const packed = Uint8Array.from(compress(algorithm, Buffer.from('10.5 10.6 10.55 '.repeat(100))));
    for (let end = 0; end < packed.length; end++) expect(codeOf(packed.subarray(0, end))).toBe(ErrorCode.badPayload);
    for (let at = 0; at < packed.length; at++) {
      const changed = packed.slice();
      changed[at]! ^= 0x55;
      expect([undefined, ErrorCode.badPayload, ErrorCode.payloadTooLarge]).toContain(codeOf(changed));
    }
  });
});

test('plain formats need no other codec, and say the same as the whole', () => {
  expect(browser.decodePlain('string', browser.encodePlain('string', '价格'))).toBe('价格');
  expect(() => browser.encodePlain('string', 'half \ud800')).toThrow('half a surrogate pair');
  expect(() => browser.decodePlain('string', new Uint8Array([0xff]))).toThrow('is not valid UTF-8');
  expect(() => browser.decodePlain('string', new Uint8Array(8_193))).toThrow('has 8193 bytes, the limit is 8192 bytes');
  expect(() => browser.encodePlain('bytes', 'text')).toThrow('use format "string" for text');
  expect(browser.jsonValue(new Uint8Array([1, 2, 255]))).toBe('AQL/');
});
