import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { curveKeyFile } from '@pulsemq/protocol';
import { curveKeyZ85 } from '@pulsemq/zmtp';
import { openLibsodium } from '@pulsemq/zmtp/libsodium';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../encryption/certificates.js';
import { answerTo } from '../engine/websocket-peer.js';
import { WirePeer } from '../engine/wire-peer.js';
import { answerOf, askingForHttp2, ending, relayed, relayedSession } from './relay-peer.js';
import { RunningServer, temporaryFolder } from './running-server.js';

/** Each test has a broker of its own. */

/** The address and client of the one connection, once the API has heard of it: the client gets its answer earlier. */
async function connectionOf(running: RunningServer): Promise<string> {
  for (;;) {
    const [one] = await running.ok<{ address: string; client: string }[]>('GET', '/api/connections');
    if (one !== undefined) return `${one.address} ${one.client}`;
  }
}

describe('a session through the relay', () => {
  test('has the address of the browser; behind a trusted proxy the one that the proxy names', async () => {
    const forwarded = { 'X-Forwarded-For': '198.51.100.1, 192.0.2.7', 'X-Forwarded-Proto': 'https' };
    const plain = await RunningServer.start();
    await relayedSession(plain, forwarded);
    expect(await connectionOf(plain)).toBe('127.0.0.1 ZMTP 3.1 DEALER WS');
    const proxied = await RunningServer.start({ server: { trusted_proxies: ['127.0.0.1'] } });
    await relayedSession(proxied, forwarded);
    expect(await connectionOf(proxied)).toBe('192.0.2.7 ZMTP 3.1 DEALER WSS');
  });

  test('by the certificate of the admin port counts as encrypted', async () => {
    const { cert, key } = await selfSigned();
    const folder = temporaryFolder();
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const server = { tls_cert_file: certFile, tls_key_file: keyFile };
    const running = await RunningServer.start({ server, auth: { encryption: 'always' } });
    const connected = async (): Promise<Socket> => {
      const socket = ending(connectTls({ port: running.server.addresses.adminPort, host: '127.0.0.1', ca: cert }));
      await once(socket, 'secureConnect');
      return socket;
    };
    await relayedSession(running, {}, await connected());
    expect(running.log.join('')).not.toContain('not encrypted');
    expect(await answerTo(await connected(), askingForHttp2('GET /ready', '\r\n'))).toMatch(/^HTTP\/1.1 200 /);
  });

  test('in clear text from another machine is refused where auth.encryption says so', async () => {
    const { publicKey, secretKey } = (await openLibsodium()).makeKeyPair();
    const keys = { publicKey: curveKeyZ85(publicKey), secretKey: curveKeyZ85(secretKey) };
    const file = join(temporaryFolder(), 'curve.key');
    writeFileSync(file, curveKeyFile(keys, 'keys of a test'));
    const auth = { encryption: 'remote', curve_key_file: file } as const;
    const running = await RunningServer.start({ server: { trusted_proxies: ['127.0.0.1'] }, auth });
    const stream = await relayed(running, '/ws/', { 'X-Forwarded-For': '192.0.2.7' });
    await expect(WirePeer.over(stream, { socketType: 'DEALER' })).rejects.toThrow();
    await relayedSession(running, { 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Proto': 'https' });
    await relayedSession(running, { 'X-Forwarded-For': '127.0.0.1' });
  });
});

describe('connections of the relay', () => {
  test('take at most half of those of the admin port, and the console stays reachable', async () => {
    const running = await RunningServer.start({ limits: { max_http_connections: 8 } });
    const streams: Socket[] = [];
    for (let count = 0; count < 4; count++) streams.push(await relayed(running, '/ws/'));
    expect(await answerOf(running, '/ws/')).toMatch(/^HTTP\/1.1 503 /);
    for (let count = 0; count < 8; count++) expect((await running.call('GET', '/ready')).status).toBe(200);
    streams.pop()!.destroy();
    await expect.poll(() => answerOf(running, '/ws/')).toMatch(/^HTTP\/1.1 101 /);
  });

  test('stay while the broker drains, and new ones are refused', async () => {
    const running = await RunningServer.start();
    const peer = await relayedSession(running);
    const draining = running.server.drain(60_000);
    await expect.poll(() => answerOf(running, '/ws/')).toMatch(/^HTTP\/1.1 503 /);
    await peer.close();
    await draining;
  });

  test('are destroyed when the broker stops', async () => {
    const running = await RunningServer.start();
    const [stream, idle] = [await relayed(running, '/ws/'), await relayed(running, '/ws/sub')];
    const closed = Promise.all([once(stream, 'close'), once(idle, 'close')]);
    await running.server.stop();
    await closed;
  });
});
