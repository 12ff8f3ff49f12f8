import type { Socket } from 'node:net';

/** Reads a socket from now on and counts how often a text comes by, also where two reads split it. */
export function countText(socket: Socket, text: string): () => number {
  let count = 0;
  let tail = '';
  socket.on('data', (chunk) => {
    const bytes = tail + chunk.toString('latin1');
    count += bytes.split(text).length - 1;
    tail = bytes.slice(-(text.length - 1));
  });
  socket.resume();
  return () => count;
}
