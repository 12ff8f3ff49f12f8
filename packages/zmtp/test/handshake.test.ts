import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZmtpError } from '../src/errors.js';
import { encodeMessage } from '../src/frame-encoder.js';
import { Handshake } from '../src/handshake.js';
import { cutAt, fromHex, text, textOf } from './support/bytes.js';
import { codeOf } from './support/errors.js';
import { type Cut, InMemoryLink } from './support/in-memory-link.js';
import type { PeerOptions } from './support/test-peer.js';

const dealer: PeerOptions = { role: 'client', socketType: 'DEALER', mechanisms: ['NULL'] };
const router: PeerOptions = { role: 'server', socketType: 'ROUTER', mechanisms: ['NULL'] };
const sub: PeerOptions = { role: 'client', socketType: 'SUB', mechanisms: ['NULL'] };
const plainClient: PeerOptions = {
  role: 'client',
  socketType: 'SUB',
  mechanisms: ['PLAIN'],
  plain: { username: 'reader', password: 'token' },
};
const plainServer: PeerOptions = {
  role: 'server',
  socketType: 'XPUB',
  mechanisms: ['NULL', 'PLAIN'],
  authenticate: (username, password) => username === 'reader' && password === 'token',
};

/** Shakes hands and exchanges a message in both directions. */
function converse(client: PeerOptions, server: PeerOptions, cut: Cut): unknown {
  const link = new InMemoryLink(client, server, cut).start();
  link.client.send(encodeMessage([text('hello'), new Uint8Array(0), new Uint8Array(300)]));
  link.server.send(encodeMessage([text('world')]));
  link.run();
  return [link.client.received, link.server.received];
}

describe.each([
  ['NULL', dealer, router],
  ['PLAIN', plainClient, plainServer],
] as const)('%s', (_, client, server) => {
  it('gives the same result at every cut of both directions', () => {
    const whole = converse(client, server, 'none');
    expect(whole).toMatchObject([{ state: 'ready' }, { state: 'ready' }]);
    for (let at = 1; at < 220; at++) expect(converse(client, server, at)).toEqual(whole);
    expect(converse(client, server, 'every')).toEqual(whole);
  });
});

describe('handshake', () => {
  it('gives each side a description of the other', () => {
    const link = new InMemoryLink({ ...dealer, identity: text('me') }, router).start();
    const { peer } = link.server.peer.handshake;
    expect(peer).toMatchObject({ socketType: 'DEALER', mechanism: 'NULL', versionMinor: 1 });
    expect(textOf(peer.identity)).toBe('me');
    expect(link.client.peer.handshake.peer.socketType).toBe('ROUTER');
  });

  it('gives a client the minor version 0 of a 3.0 server', () => {
    const older = new InMemoryLink(sub, { ...plainServer, versionMinor: 0 }).start();
    expect(older.client.peer.handshake.peer.versionMinor).toBe(0);
  });

  it('gives a server the username of PLAIN; a server with both mechanisms also accepts NULL', () => {
    const plain = new InMemoryLink(plainClient, plainServer).start();
    expect(plain.server.peer.handshake.peer.plainUsername).toBe('reader');
    expect(new InMemoryLink(sub, plainServer).start().server.peer.handshake.peer.plainUsername).toBeUndefined();
  });

  it.each([
    ['a socket type that does not fit', { ...dealer, socketType: 'SUB' } as PeerOptions, router],
    ['a mechanism that is not offered', plainClient, { ...plainServer, mechanisms: ['NULL'] } as PeerOptions],
    ['a wrong password', { ...plainClient, plain: { username: 'reader', password: 'x' } }, plainServer],
  ])('refuses %s', (_, client, server) => {
    expect(() => new InMemoryLink(client, server).start()).toThrow(ZmtpError);
  });

  it.each([
    ['bytes of one command', { 'X-Name': 'x'.repeat(200) }, { maxCommandBytes: 64 }, 'ZMTP_COMMAND_TOO_LARGE'],
    ['bytes in total', { 'X-Name': 'x'.repeat(200) }, { maxHandshakeBytes: 128 }, 'ZMTP_HANDSHAKE_TOO_LARGE'],
    ['properties', { 'X-A': '1' }, { maxMetadataEntries: 2 }, 'ZMTP_TOO_MANY_PROPERTIES'],
  ])('refuses a peer past the limit of %s', (_, metadata, limits, code) => {
    const link = new InMemoryLink({ ...dealer, metadata }, { ...router, limits });
    expect(codeOf(() => link.start())).toBe(code);
  });

  it('throws the same error again after a failure', () => {
    const handshake = new Handshake({ ...router, send: () => {} });
    const code = codeOf(() => handshake.push(text('GET / HTTP/1.1\r\n\r\n')));
    expect(codeOf(() => handshake.push(fromHex('ff')))).toBe(code);
    expect(handshake.state).toBe('failed');
  });

  it('has no peer before it is ready', () => {
    const handshake = new Handshake({ ...dealer, send: () => {} });
    expect(codeOf(() => handshake.peer)).toBe('ZMTP_NOT_READY');
  });
});

describe('random bytes', () => {
  it('cause at most a ZmtpError, during a handshake and after it', () => {
    const greeting = new InMemoryLink(dealer, router).start().client.sentBytes;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 120 }), (noise, keptBytes) => {
        const handshake = new Handshake({ ...router, send: () => {} });
        const link = new InMemoryLink(dealer, router).start();
        for (const push of [
          () => handshake.push(greeting.subarray(0, keptBytes)) && handshake.push(noise),
          () => link.server.peer.push(noise),
        ]) {
          try {
            push();
          } catch (error) {
            expect(error).toBeInstanceOf(ZmtpError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('arrive unchanged as the frames of messages', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 5 }), fc.nat(), (messages, cut) => {
        const link = new InMemoryLink(dealer, router).start();
        const stream = Buffer.concat(messages.map((message) => encodeMessage(message)));
        link.server.pushAll(cutAt(stream, [cut % stream.length]));
        const hex = (list: readonly Uint8Array[]): string[] => list.map((one) => Buffer.from(one).toString('hex'));
        expect(link.server.messages.map(hex)).toEqual(messages.map(hex));
      }),
    );
  });
});
