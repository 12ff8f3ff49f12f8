import { dial, readUntil } from './dial.js';
import type { PeerWire } from './peer-wire.js';

const bulk = (text: string | Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`$${Buffer.byteLength(text)}\r\n`), Buffer.from(text), Buffer.from('\r\n')]);
/** A command as an array of bulk strings. */
export const redisCommand = (...parts: (string | Uint8Array)[]): Buffer =>
  Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.map(bulk)]);

/** Redis pub/sub. Each PUBLISH is answered with its number of receivers, which counts as acknowledgement. Wildcards need PSUBSCRIBE. */
export const redisWire: PeerWire = {
  openPublisher: async (address) => {
    const socket = await dial(address.pubPort);
    let ackedCount = 0;
    socket.on('data', (chunk) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) ackedCount++;
    });
    return {
      socket,
      ackedCount: () => ackedCount,
      encode: (topic, payload) => redisCommand('PUBLISH', topic, payload),
    };
  },
  openSubscriber: async (address, topics) => {
    const socket = await dial(address.pubPort);
    const exact = topics.map((topic) => topic.replace('>', '*'));
    socket.write(redisCommand(exact.some((topic) => topic.includes('*')) ? 'PSUBSCRIBE' : 'SUBSCRIBE', ...exact));
    await readUntil(socket, (soFar) => soFar.toString('latin1').split('subscribe').length > topics.length);
    return socket;
  },
  openIdle: (address) => dial(address.pubPort),
  deliveryBytes: (topic, payloadBytes) => redisWire.payloadAt(topic, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) =>
    `*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$${topic.length}\r\n${topic}\r\n$${payloadBytes}\r\n`.length,
};
