import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZmtpError } from '../src/errors.js';
import { encodeMessage } from '../src/frame-encoder.js';
import { Handshake } from '../src/handshake.js';
import { Peer, type PeerOptions } from '../src/peer.js';
import { fromHex, text, textOf } from './support/bytes.js';
import { codeOf } from './support/errors.js';
import { type Cut, InMemoryLink } from './support/in-memory-link.js';

const dealer: PeerOptions = { socketType: 'DEALER', mechanisms: ['NULL'] };
const router: PeerOptions = { socketType: 'ROUTER', mechanisms: ['NULL'] };
const plainClient: PeerOptions = {
  socketType: 'SUB',
  mechanisms: ['PLAIN'],
  plain: { username: 'reader', password: 'token' },
};
const plainServer: PeerOptions = {
  socketType: 'XPUB',
  mechanisms: ['NULL', 'PLAIN'],
  authenticate: (username, password) => username === 'reader' && password === 'token',
};

/** Shakes hands and exchanges a message both ways. */
function converse(client: PeerOptions, server: PeerOptions, cut: Cut): unknown {
  const link = new InMemoryLink(client, server, cut).start();
  link.client.peer.send([text('hello'), new Uint8Array(0), new Uint8Array(300)]);
  link.server.peer.send([text('world')]);
  link.run();
  return [link.client.received, link.server.received];
}

describe.each([
  ['NULL', dealer, router],
  ['PLAIN', plainClient, plainServer],
] as const)('%s', (_, client, server) => {
  it('shakes hands and carries messages the same at every cut of either direction', () => {
    const whole = converse(client, server, 'none');
    expect(whole).toMatchObject([{ ready: 1 }, { ready: 1 }]);
    for (let at = 1; at < 220; at++) expect(converse(client, server, at)).toEqual(whole);
    expect(converse(client, server, 'every')).toEqual(whole);
  });
});

describe('handshake', () => {
  it('tells each side what the other is', () => {
    const link = new InMemoryLink({ ...dealer, identity: text('me') }, router).start();
    expect(link.server.peer.info).toMatchObject({ socketType: 'DEALER', mechanism: 'NULL', versionMinor: 1 });
    expect(textOf(link.server.peer.info!.identity)).toBe('me');
    expect(link.client.peer.info?.socketType).toBe('ROUTER');
  });

  it('says who PLAIN has let in, and lets a NULL peer into a server of both', () => {
    expect(new InMemoryLink(plainClient, plainServer).start().server.peer.info?.plainUsername).toBe('reader');
    const sub = { socketType: 'SUB', mechanisms: ['NULL'] } as const;
    expect(new InMemoryLink(sub, plainServer).start().server.peer.info?.plainUsername).toBeUndefined();
  });

  it.each([
    ['a socket type that does not fit', { ...dealer, socketType: 'SUB' } as PeerOptions, router],
    ['a mechanism that is not offered', plainClient, { ...plainServer, mechanisms: ['NULL'] } as PeerOptions],
    ['a wrong password', { ...plainClient, plain: { username: 'reader', password: 'x' } }, plainServer],
  ])('refuses %s', (_, client, server) => {
    expect(() => new InMemoryLink(client, server).start()).toThrow(ZmtpError);
  });

  it('ends at its limit of bytes and properties', () => {
    const limits = { maxHandshakeBytes: 128, maxCommandBytes: 64, maxMetadataEntries: 2 };
    const talkative = { ...dealer, metadata: { 'X-Name': 'x'.repeat(200) } };
    expect(() => new InMemoryLink(talkative, { ...router, limits }).start()).toThrow(ZmtpError);
    const many = { ...dealer, metadata: { 'X-A': '1', 'X-B': '2', 'X-C': '3' } };
    expect(() => new InMemoryLink(many, { ...router, limits }).start()).toThrow(ZmtpError);
  });
});

describe('traffic', () => {
  const limits = { maxFrameBytes: 100, maxFramesPerMessage: 3, maxMessageBytes: 150 };

  it.each([
    ['a frame', [new Uint8Array(101)]],
    ['frames of a message', [1, 2, 3, 4].map(() => new Uint8Array(1))],
    ['bytes of a message', [new Uint8Array(100), new Uint8Array(100)]],
  ])('past the limit of %s ends the connection', (_, frames) => {
    const link = new InMemoryLink(dealer, { ...router, limits }).start();
    link.client.peer.send(frames);
    expect(() => link.run()).toThrow(ZmtpError);
    expect(link.server.messages).toEqual([]);
  });

  it('answers PING with PONG and its context, also between the frames of a message', () => {
    const link = new InMemoryLink(dealer, router).start();
    expect(link.client.peer.ping(30, text('context'))).toBe(true);
    link.run();
    expect(link.client.commands).toEqual([['PONG', Buffer.from('context').toString('hex')]]);
  });

  it('sends subscriptions as commands to 3.1 and as messages to 3.0, where PING is unknown', () => {
    const sub = { socketType: 'SUB', mechanisms: ['NULL'] } as const;
    const newer = new InMemoryLink(sub, { socketType: 'XPUB', mechanisms: ['NULL'] }).start();
    newer.client.peer.subscribe(text('a'));
    newer.client.peer.cancel(text('a'));
    newer.run();
    expect(newer.server.commands.map(([name]) => name)).toEqual(['SUBSCRIBE', 'CANCEL']);
    const older = new InMemoryLink(sub, { socketType: 'XPUB', mechanisms: ['NULL'], versionMinor: 0 }).start();
    older.client.peer.subscribe(text('a'));
    older.run();
    expect(older.server.messages.map(([frame]) => Buffer.from(frame!).toString('hex'))).toEqual(['0161']);
    expect(older.client.peer.ping()).toBe(false);
  });

  it('keeps failing once it has failed', () => {
    const peer = new Peer({ ...router, role: 'server' }, { send: () => {}, onReady: () => {}, onMessage: () => {} });
    const code = codeOf(() => peer.push(text('GET / HTTP/1.1\r\n\r\n')));
    expect(codeOf(() => peer.push(fromHex('ff')))).toBe(code);
    expect(peer.state).toBe('failed');
  });

  it('cannot be sent before the handshake is done', () => {
    const peer = new Peer(dealer, { send: () => {}, onReady: () => {}, onMessage: () => {} });
    expect(() => peer.send([text('x')])).toThrow(ZmtpError);
  });
});

describe('random bytes', () => {
  it('never do worse than a ZmtpError, in a handshake and after it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 120 }), (noise, keep) => {
        const greeting = new InMemoryLink(dealer, router).start().client.sentBytes.slice(0, keep);
        const handshake = new Handshake({ ...router, role: 'server', send: () => {} });
        try {
          handshake.push(greeting);
          handshake.push(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(ZmtpError);
        }
        const link = new InMemoryLink(dealer, router).start();
        try {
          link.server.peer.push(noise);
        } catch (error) {
          expect(error).toBeInstanceOf(ZmtpError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('as messages come back as they were', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 5 }), fc.nat(), (messages, cut) => {
        const link = new InMemoryLink(dealer, router).start();
        const stream = Buffer.concat(messages.map((message) => encodeMessage(message)));
        const at = stream.length === 0 ? 0 : cut % stream.length;
        link.server.pushAll([stream.subarray(0, at), stream.subarray(at)].filter((part) => part.length > 0));
        const hex = (list: readonly Uint8Array[]): string[] => list.map((one) => Buffer.from(one).toString('hex'));
        expect(link.server.messages.map(hex)).toEqual(messages.map(hex));
      }),
    );
  });
});
