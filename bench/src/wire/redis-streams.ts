import { dial } from './dial.js';
import type { PeerWire } from './peer-wire.js';
import { redisCommand, redisWire } from './redis.js';

/** Lines of the answer to XADD: the length of the new id, and the id. */
const answerLines = 2;

/** Redis Streams: each topic is a stream, and each message is answered with its id. */
export const redisStreamsWire: PeerWire = {
  ...redisWire,
  openPublisher: async (address) => {
    const socket = await dial(address.pubPort);
    let lineCount = 0;
    socket.on('data', (chunk) => {
      if (lineCount === 0 && chunk[0] === 0x2d) throw new Error(`XADD was refused: ${chunk.toString('latin1')}`);
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lineCount++;
    });
    return {
      socket,
      ackedCount: () => Math.floor(lineCount / answerLines),
      encode: (topic, payload) => redisCommand('XADD', topic, '*', 'p', payload),
    };
  },
};
