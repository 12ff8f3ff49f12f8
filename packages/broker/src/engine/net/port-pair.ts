import { randomInt } from 'node:crypto';
import { type Acceptor, Listener } from './listener.js';

/** Tries to find two free ports side by side. */
const pairTryCount = 50;
/** The system picks for so many of them. It gives neighbours of its picks to outgoing connections, and after thousands of those none is free. */
const systemTryCount = 10;
/** Then chance does, below the range outgoing connections are given. */
const chanceMinPort = 10_000;
const chanceMaxPort = 32_000;

/** The two ports of a broker, listening. */
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
): Promise<PortPair> {
  const isPair = ports.pub === 0 && ports.sub === 0;
  for (let attempt = 1; ; attempt++) {
    const picked = isPair && attempt > systemTryCount ? randomInt(chanceMinPort, chanceMaxPort) : ports.pub;
    let pub: Listener | null = null;
    try {
      pub = await Listener.open(host, picked, acceptors.pub);
      return { pub, sub: await Listener.open(host, isPair ? pub.port + 1 : ports.sub, acceptors.sub) };
    } catch (error) {
      pub?.close();
      if (!isPair || attempt === pairTryCount) throw error;
    }
  }
}
