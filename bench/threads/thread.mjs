// One thread of the prototype. The first makes the batches; each writes them to the sockets that it has accepted.
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { Batches, batchCount } from './batches.mjs';

const { index: threadIndex, threadCount, messageBytes } = workerData;
const batches = new Batches(workerData.batches);
const message = Buffer.alloc(messageBytes, 'x');
const sockets = [];
let peer = null;
let next = 0;
let isMaking = false;

const server = createServer((socket) => {
  socket.setNoDelay();
  // The process of the readers ends before this thread, and writes fail then.
  socket.on('error', () => sockets.splice(sockets.indexOf(socket), 1));
  sockets.push(socket);
});

/** Writes a batch to every socket, and gives it back when the last one has taken it. */
function deliver(index, sizeBytes) {
  const view = batches.view(index, sizeBytes);
  let waitingCount = sockets.length;
  const written = () => {
    waitingCount -= 1;
    if (waitingCount <= 0) released(index);
  };
  if (sockets.length === 0) written();
  for (const socket of sockets) socket.write(view, written);
}

function released(index) {
  if (!batches.release(index)) return;
  if (threadIndex === 0) make();
  else peer.postMessage({ kind: 'free' });
}

/** Fills the batches that are free, one in each turn, so that sockets are served between them. */
function make() {
  if (isMaking || !batches.isFree(next)) return;
  isMaking = true;
  setImmediate(() => {
    isMaking = false;
    const index = next;
    next = (next + 1) % batchCount;
    const sizeBytes = batches.fill(index, message, threadCount);
    peer?.postMessage({ kind: 'batch', index, sizeBytes });
    deliver(index, sizeBytes);
    make();
  });
}

const handlers = {
  listen: ({ fd }) => server.listen({ fd }, () => parentPort.postMessage({})),
  peer: ({ port }) => {
    peer = port;
    port.on('message', take);
  },
  start: () => make(),
  count: () => parentPort.postMessage({ count: sockets.length }),
  batch: ({ index, sizeBytes }) => deliver(index, sizeBytes),
  free: () => make(),
};
const take = (said) => handlers[said.kind](said);

parentPort.on('message', take);
// Node has no public way to a descriptor that it listens on.
if (threadIndex === 0) {
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port, fd: server._handle.fd }));
}
