import type { Endpoint } from './transport.js';

/** Where a broker listens. */
export interface ServerAddress {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  /** Address of its WebSockets, which ends with `/`; null for TCP. Both ports of the other fields are then that of the address. */
  readonly url: string | null;
}

/** Where its requests go. */
export const requestsAt = ({ host, pubPort, url }: ServerAddress): Endpoint => ({ host, port: pubPort, url });

/** Where its deliveries come from. */
export const deliveriesAt = ({ host, subPort, url }: ServerAddress): Endpoint => ({
  host,
  port: subPort,
  url: url === null ? null : `${url}sub`,
});

const portMax = 65_535;

/**
 * Reads `host:pubPort` or `host:pubPort/subPort`; an IPv6 address stands in brackets. Without `/subPort` the subscriber port is the next one.
 * Undefined for anything else.
 */
export function serverAddressOf(text: string): ServerAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})(?:\/(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, pub, sub] = match;
  const pubPort = Number(pub);
  const subPort = sub === undefined ? pubPort + 1 : Number(sub);
  if ([pubPort, subPort].some((port) => port < 1 || port > portMax)) return undefined;
  return { host: (bracketed ?? plain)!, pubPort, subPort, url: null };
}

/** Ports that an address by URL has without naming them. */
const usualPort: Readonly<Record<string, number>> = { 'ws:': 80, 'wss:': 443 };

/** Reads `ws://host:port/` or `wss://...`. Undefined for anything else; also for a user, a query or a fragment, in which secrets would show in logs. */
export function webSocketAddressOf(text: string): ServerAddress | undefined {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  const port = parsed === null ? undefined : usualPort[parsed.protocol];
  if (parsed === null || port === undefined) return undefined;
  const { protocol, host, hostname, pathname, username, password } = parsed;
  if (username !== '' || password !== '' || /[?#]/.test(text)) return undefined;
  const url = `${protocol}//${host}${pathname.endsWith('/') ? pathname : `${pathname}/`}`;
  const ownPort = parsed.port === '' ? port : Number(parsed.port);
  return { host: hostname.replace(/^\[|\]$/g, ''), pubPort: ownPort, subPort: ownPort, url };
}

const keyOf = ({ host, pubPort, subPort, url }: ServerAddress): string => url ?? `${host} ${pubPort} ${subPort}`;

/**
 * The brokers that a client may use, in the order in which it tries them. The order is random, and made once: so the clients of a broker that
 * is lost spread over all others.
 */
export class Servers {
  readonly #random: () => number;
  #list: ServerAddress[];
  #at = 0;

  constructor(given: readonly ServerAddress[], random = Math.random) {
    this.#random = random;
    this.#list = this.#shuffled(given);
  }

  get count(): number {
    return this.#list.length;
  }

  /** The one to connect to. */
  get current(): ServerAddress {
    return this.#list[this.#at]!;
  }

  /** The current one cannot be used: goes on to the next. */
  next(): void {
    this.#at = (this.#at + 1) % this.#list.length;
  }

  /**
   * Adds those that a broker has named, behind those that are known. A text that is not an address is left out. A client that uses WebSockets
   * reaches them in the same way, on their publisher ports; behind a path, which another server has made, it learns none.
   */
  learn(texts: readonly unknown[]): void {
    const known = new Set(this.#list.map(keyOf));
    const found = texts
      .flatMap((text) => (typeof text === 'string' ? (this.#reachedAs(serverAddressOf(text)) ?? []) : []))
      .filter((one) => !known.has(keyOf(one)));
    this.#list = [...this.#list, ...this.#shuffled(found)];
  }

  #reachedAs(address: ServerAddress | undefined): ServerAddress | undefined {
    const { url } = this.current;
    if (url === null || address === undefined) return address;
    const { protocol, pathname } = new URL(url);
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return pathname === '/' ? webSocketAddressOf(`${protocol}//${host}:${address.pubPort}/`) : undefined;
  }

  /** Fisher and Yates. */
  #shuffled(given: readonly ServerAddress[]): ServerAddress[] {
    const list = [...given];
    for (let last = list.length - 1; last > 0; last--) {
      const other = Math.floor(this.#random() * (last + 1));
      [list[last], list[other]] = [list[other]!, list[last]!];
    }
    return list;
  }
}
