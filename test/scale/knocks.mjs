// A child process that opens connections at an even pace. Every other one never finishes its greeting. It closes all when it is asked to.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { greeting } from './raw-session.mjs';

const [port, count, overMs] = process.argv.slice(2).map(Number);
const sockets = [];
let closedCount = 0;
const beganMs = performance.now();
for (let number = 0; number < count; number++) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const first = number % 2 === 0 ? greeting : greeting.subarray(0, 20);
  socket.on('connect', () => socket.write(first));
  // The broker may end what does not log in: that is what it should do.
  socket.on('error', () => {});
  socket.on('close', () => closedCount++);
  socket.on('data', () => {});
  sockets.push(socket);
  const dueMs = beganMs + (number + 1) * (overMs / count);
  if (dueMs > performance.now() + 2) await pause(dueMs - performance.now());
}
process.send({ openedCount: count, tookMs: performance.now() - beganMs });
process.once('message', () => {
  for (const socket of sockets) socket.destroy();
  process.send({ closedByBrokerCount: closedCount });
});
