// A session and its subscriber connection, written byte by byte: a crowd of thousands must cost its own process little.
import { once } from 'node:events';
import { connect } from 'node:net';
import { messageFrames } from '@pulsemq/protocol';
import { encodeCommand, encodeMessage, encodeSubscribe } from '@pulsemq/zmtp';

const requestAuth = 1;
const requestSub = 3;

/** The greeting of ZMTP 3.1 with the mechanism NULL. */
export const greeting = Buffer.alloc(64);
greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1]);
greeting.write('NULL', 12);

const ready = (socketType) =>
  encodeCommand(
    'READY',
    Buffer.concat([Buffer.from('\x0bSocket-Type'), Buffer.from([0, 0, 0, socketType.length]), Buffer.from(socketType)]),
  );

/** Resolves with the socket and what it received when that contains `until`. Received bytes are thrown away after that. */
function open(port, first, until) {
  const { promise, resolve, reject } = Promise.withResolvers?.() ?? withResolvers();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  const take = (chunk) => {
    received += chunk.toString('latin1');
    if (!received.includes(until)) return;
    socket.off('data', take);
    socket.on('data', () => {});
    resolve({ socket, received });
  };
  socket.on('connect', () => socket.write(first));
  socket.on('data', take);
  socket.on('error', reject);
  socket.on('close', () => reject(new Error(`the broker closed a connection to port ${port} before "${until}" came`)));
  return promise;
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** Logs in, binds a subscriber connection, and subscribes to one topic. Resolves with both sockets. */
export async function openSession({ pubPort, username, token }, namespace, topic) {
  const payload = Buffer.from(JSON.stringify({ username, token }));
  const auth = encodeMessage(messageFrames({ type: requestAuth, username, payload }));
  const dealer = await open(pubPort, Buffer.concat([greeting, ready('DEALER'), auth]), 'features');
  const ticket = /"ticket": "([0-9a-f]+)"/.exec(dealer.received)[1];
  const key = Buffer.concat([Buffer.from([0]), Buffer.from(`PMQ1${ticket}`)]);
  const bind = Buffer.concat([greeting, ready('SUB'), encodeSubscribe(key, 'command')]);
  const subscriber = await open(pubPort + 1, bind, 'epoch');
  const answered = once(dealer.socket, 'data');
  dealer.socket.write(encodeMessage(messageFrames({ type: requestSub, namespace, topic })));
  await answered;
  return [dealer.socket, subscriber.socket];
}
