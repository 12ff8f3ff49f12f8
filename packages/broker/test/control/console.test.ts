import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

/** As it comes over the wire: `fetch` would decompress it. */
function raw(port: number, path: string, encoding: string): Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = get({ port, path, headers: { 'accept-encoding': encoding } }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ headers: response.headers, bytes: Buffer.concat(chunks) });
    });
    request.on('error', reject);
  });
}

test('the page and its files go out compressed where the client accepts it, and are the same for all', async () => {
  const running = await RunningServer.start();
  const { adminPort } = running.server.addresses;
  const plain = await raw(adminPort, '/', 'identity');
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(plain.bytes.toString())![1];
  for (const path of ['/', `/${script}`]) {
    const asIs = await raw(adminPort, path, 'identity');
    const brotli = await raw(adminPort, path, 'gzip, br');
    const gzip = await raw(adminPort, path, 'gzip');
    expect([asIs.headers['content-encoding'], brotli.headers['content-encoding']]).toEqual([undefined, 'br']);
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotliDecompressSync(brotli.bytes).equals(asIs.bytes)).toBe(true);
    expect(gunzipSync(gzip.bytes).equals(asIs.bytes)).toBe(true);
    expect(brotli.headers['content-type']).toBe(asIs.headers['content-type']);
    expect(brotli.headers['content-security-policy']).toContain("default-src 'none'");
  }
  const asset = await raw(adminPort, `/${script}`, 'br');
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});
