// The way of a broker to the servers of NATS through a TCP proxy for each.
import { FaultProxy } from '../faults/proxy.mjs';

export class ProxiedLinks {
  host = '127.0.0.1';
  farHost = '127.0.0.1';
  words = [];

  constructor(proxies) {
    this.proxies = proxies;
  }

  static async open(servers) {
    return new ProxiedLinks(await Promise.all(servers.map(({ port }) => FaultProxy.to(port))));
  }

  /** Nothing passes between a broker and NATS, in connections that stay open, until `heal`. */
  part() {
    for (const proxy of this.proxies) proxy.isBlackHole = true;
  }

  /** What was swallowed is gone, so the connections end. */
  heal() {
    for (const proxy of this.proxies) {
      proxy.isBlackHole = false;
      proxy.cut();
    }
  }

  close() {
    for (const proxy of this.proxies) proxy.close();
  }
}
