import { readUntil } from './dial.js';
import { natsWire, openNats } from './nats.js';
import type { PeerWire } from './peer-wire.js';
import { countText } from './reply-count.js';

const inbox = '_INBOX.b';
const stream = 'bench';

/** One stream of all topics, in a file. A server takes no stream whose first level is a wildcard: that may be its own API. */
async function makeStream(socket: Awaited<ReturnType<typeof openNats>>): Promise<void> {
  const config = JSON.stringify({ name: stream, subjects: [`${stream}.>`], storage: 'file' });
  const subject = `$JS.API.STREAM.CREATE.${stream}`;
  socket.write(`SUB ${inbox} 1\r\nPUB ${subject} ${inbox} ${config.length}\r\n${config}\r\n`);
  const answer = (await readUntil(socket, (soFar) => soFar.includes('}\r\n'))).toString('latin1');
  if (!answer.includes('"created"')) throw new Error(`the stream was not created: ${answer}`);
}

/** NATS JetStream: the server stores each message and acknowledges it to the inbox of its publisher. */
export const jetstreamWire: PeerWire = {
  ...natsWire,
  openPublisher: async (address) => {
    const socket = await openNats(address);
    await makeStream(socket);
    return {
      socket,
      ackedCount: countText(socket, `MSG ${inbox} `),
      encode: (topic, payload) =>
        Buffer.concat([
          Buffer.from(`PUB ${stream}.${topic} ${inbox} ${payload.length}\r\n`),
          payload,
          Buffer.from('\r\n'),
        ]),
    };
  },
};
