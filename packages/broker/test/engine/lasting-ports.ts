import { once } from 'node:events';
import { createServer } from 'node:net';
import { threadId } from 'node:worker_threads';

/** The first port that the system gives out for port 0 and for the near end of a connection; on Linux, and no lower elsewhere. */
const givenFrom = 32_768;
/** Ports below belong to well-known services. */
const first = 10_000;

/** Pairs of ports below `givenFrom`. */
const pairCount = (givenFrom - first) / 2;
/** A process takes pairs this far apart, from a place of its own: two that run at once are hardly ever given the same one. */
const stride = 128;
let next = ((process.pid * 31 + threadId) % stride) + stride * Math.floor(Math.random() * (pairCount / stride));

/**
 * A free port whose successor is free too. The system gives neither of them to another listener or connection, so a broker can come back
 * on them. A process is given a pair again only after all others of its own.
 */
export async function lastingPorts(): Promise<number> {
  for (;;) {
    const port = first + 2 * (next % pairCount);
    next += stride;
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const listener = createServer();
  try {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    return true;
  } catch {
    // Taken: that is the answer.
    return false;
  } finally {
    listener.close();
  }
}
