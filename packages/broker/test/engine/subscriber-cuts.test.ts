import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MessageType } from '@pulsemq/protocol';
import { encodeCommand, encodePing, encodeSubscribe, type SubscriptionForm } from '@pulsemq/zmtp';
import { expect, test } from 'vitest';
import { type RunningEngine, startEngine, ticketSubscription, tokenOf } from './engine-fixture.js';

/** Every kind of subscriber connection, with all its bytes cut in two at every place, through the real engine. */

const greeting = (minor: number, mechanism: string): Buffer => {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, minor]);
  bytes.write(mechanism, 12, 'latin1');
  return bytes;
};

/** The property `Socket-Type: SUB` as READY and INITIATE carry it. */
const metadata = Buffer.from('\x0bSocket-Type\0\0\0\x03SUB', 'latin1');

const shortString = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

function handshake(kind: Kind, minor: number): Buffer {
  if (kind !== 'PLAIN') return Buffer.concat([greeting(minor, 'NULL'), encodeCommand('READY', metadata)]);
  const hello = Buffer.concat([shortString('reader'), shortString(tokenOf('reader'))]);
  return Buffer.concat([greeting(minor, 'PLAIN'), encodeCommand('HELLO', hello), encodeCommand('INITIATE', metadata)]);
}

type Kind = 'bound' | 'PLAIN' | 'legacy';

/** All that the client sends; a PING comes last, whose PONG says that everything before it is in force. */
function clientBytes(kind: Kind, form: SubscriptionForm, ticket: string): Buffer {
  const prefix = kind === 'bound' ? ticketSubscription(ticket) : Buffer.from('market:');
  const minor = form === 'command' ? 1 : 0;
  return Buffer.concat([handshake(kind, minor), encodeSubscribe(prefix, form), encodePing(0)]);
}

/** Resolves when the socket has received `text`. */
async function received(socket: Socket, text: string): Promise<void> {
  let seen = '';
  for await (const [chunk] of on(socket)) {
    seen += chunk.toString('latin1');
    if (seen.includes(text)) return;
  }
  throw new Error(`closed before ${JSON.stringify(text)} came`);
}

async function* on(socket: Socket): AsyncGenerator<[Buffer]> {
  while (!socket.destroyed) yield (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer];
}

async function subscribeInTwoPieces(
  { subPort }: RunningEngine,
  bytes: Buffer,
  cut: number,
  roundTrip: () => Promise<void>,
): Promise<Socket> {
  const socket = connect({ port: subPort, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => {});
  const isLive = received(socket, 'PONG');
  socket.write(bytes.subarray(0, cut));
  // What was written before a round trip of another connection has been read by the engine when that has ended.
  await roundTrip();
  socket.write(bytes.subarray(cut));
  await isLive;
  return socket;
}

test.each([
  ['bound', 'command'],
  ['bound', 'message'],
  ['PLAIN', 'command'],
  ['PLAIN', 'message'],
  ['legacy', 'command'],
  ['legacy', 'message'],
] as const)('fault T9: a %s subscriber in the %s form works at every cut', async (kind, form) => {
  const running = await startEngine();
  const publisher = await running.session('publisher');
  const reader = await running.session('reader');
  await reader.request({ type: MessageType.sub, namespace: 'market', topic: 'end' });
  const bytes = clientBytes(kind, form, reader.ticket);
  for (let cut = 1; cut < bytes.length; cut++) {
    const socket = await subscribeInTwoPieces(running, bytes, cut, () => publisher.pong());
    const delivered = received(socket, 'market:end');
    const payload = Buffer.from(`cut ${cut}`);
    const published = { type: MessageType.pub, namespace: 'market', topic: 'end', username: 'publisher', payload };
    expect((await publisher.request(published)).type).toBe(MessageType.ack);
    await delivered;
    socket.destroy();
    await once(socket, 'close');
  }
});
