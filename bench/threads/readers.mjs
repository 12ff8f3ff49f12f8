// The readers of the prototype, in a process of their own: node readers.mjs PORT COUNT. Says how many bytes have come when it is asked.
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const buffer = Buffer.alloc(262_144);
let receivedBytes = 0;
const callback = (sizeBytes) => {
  receivedBytes += sizeBytes;
  return true;
};
const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1', onread: { buffer, callback } }));
await Promise.all(sockets.map((socket) => once(socket, 'connect')));
process.on('message', () => process.send(receivedBytes));
process.send('connected');
