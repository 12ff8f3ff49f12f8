import { randomInt } from 'node:crypto';
import { type Acceptor, Listener, type ListenerContext } from './listener.js';

/** Attempts to find two adjacent free ports. */
const pairTryCount = 50;
/** Attempts with a port that the system picks. It gives neighbouring ports to outgoing connections; after thousands of those none is free. */
const systemTryCount = 10;
/** Later attempts pick at random, below the range of outgoing connections. */
const chanceMinPort = 10_000;
const chanceMaxPort = 32_000;

/** The two listening ports of a broker. */
export interface PortPair {
  readonly pub: Listener;
  readonly sub: Listener;
}

/**
 * Opens both ports. When both are 0 they are adjacent, because the original client always takes the publisher port plus one.
 */
export async function openPortPair(
  host: string,
  ports: { readonly pub: number; readonly sub: number },
  acceptors: { readonly pub: Acceptor; readonly sub: Acceptor },
  context: ListenerContext,
): Promise<PortPair> {
  const isPair = ports.pub === 0 && ports.sub === 0;
  for (let attempt = 1; ; attempt++) {
    const picked = isPair && attempt > systemTryCount ? randomInt(chanceMinPort, chanceMaxPort) : ports.pub;
    let pub: Listener | null = null;
    try {
      pub = await Listener.open(host, picked, acceptors.pub, context);
      return { pub, sub: await Listener.open(host, isPair ? pub.port + 1 : ports.sub, acceptors.sub, context) };
    } catch (error) {
      pub?.close();
      if (!isPair || attempt === pairTryCount) throw error;
    }
  }
}
