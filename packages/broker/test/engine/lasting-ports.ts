import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where the ports begin that the system gives to those who ask for any free one; on Linux, and no lower elsewhere. */
const givenFrom = 32_768;
/** Ports below belong to well-known services. */
const first = 10_000;

/**
 * A port that is free, as is the one after it, and that nothing else of these tests is given while its broker is away: neither a
 * listener on port 0 nor the near end of a connection.
 */
export async function lastingPorts(): Promise<number> {
  for (;;) {
    const port = first + 2 * Math.floor((Math.random() * (givenFrom - first)) / 2);
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
