import { type Acceptor, Listener } from './listener.js';

/** Tries to find two free ports side by side; the first pick is the system's. */
const pairTryCount = 50;

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
  for (let attempt = 1; ; attempt++) {
    const pub = await Listener.open(host, ports.pub, acceptors.pub);
    const wanted = ports.pub === 0 && ports.sub === 0 ? pub.port + 1 : ports.sub;
    try {
      return { pub, sub: await Listener.open(host, wanted, acceptors.sub) };
    } catch (error) {
      pub.close();
      if (ports.pub !== 0 || ports.sub !== 0 || attempt === pairTryCount) throw error;
    }
  }
}
