import type { Socket } from 'node:net';

/** Reads a socket from now on and counts the occurrences of a text, also across two reads. Returns a function for the count. */
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
