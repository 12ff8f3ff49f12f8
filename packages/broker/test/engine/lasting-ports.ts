import { once } from 'node:events';
import { createServer } from 'node:net';

/** The first port that the system gives out for port 0 and for the near end of a connection; on Linux, and no lower elsewhere. */
const givenFrom = 32_768;
/** Ports below belong to well-known services. */
const first = 10_000;

/**
 * A free port whose successor is free too. The system gives neither of them to another listener or connection, so a broker can come back
 * on them.
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
