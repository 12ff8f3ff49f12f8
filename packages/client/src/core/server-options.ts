import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import type { ClientOptions } from './client-options.js';
import { badOption, integer, text } from './option-checks.js';
import { type ServerAddress, serverAddressOf, webSocketAddressOf } from './servers.js';

/** The options that name brokers, and those whose meaning depends on it. */
type Given = Pick<ClientOptions, 'url' | 'servers' | 'host' | 'pubPort' | 'subPort' | 'tls' | 'curve'>;

/**
 * The brokers that the options name. Without `hasTcp` they must be named by URL. Throws a PulseMQError `PMQ_BAD_OPTION`; its text never
 * has a URL, which may hold a token.
 */
export function serversOf(given: Given, hasTcp: boolean): readonly ServerAddress[] {
  const servers = namedServers(given);
  const hasUrl = servers.some(({ url }) => url !== null);
  if (servers.some(({ url }) => url?.startsWith('ws:') === true) && (given.tls ?? false) !== false) {
    throw bad('tls is given together with an address ws://, expected wss://');
  }
  if (hasUrl && servers.some(({ url }) => url === null))
    throw bad('servers has addresses by URL and others, expected one kind');
  if (!hasTcp) checkWithoutTcp(given, hasUrl);
  return servers;
}

function namedServers({ url, servers, host, pubPort: pub, subPort: sub }: Given): readonly ServerAddress[] {
  const hasPlain = host !== undefined || pub !== undefined || sub !== undefined;
  if (url !== undefined) {
    if (servers !== undefined || hasPlain) throw bad('give either url, or servers, or host, pubPort and subPort');
    return [urlAddress('url', url)];
  }
  if (servers === undefined) {
    const pubPort = integer('pubPort', pub ?? 5555, 1, 65_535);
    const subPort = integer('subPort', sub ?? pubPort + 1, 1, 65_535);
    return [{ host: text('host', host ?? 'localhost'), pubPort, subPort, url: null }];
  }
  if (hasPlain) throw bad('give either servers, or host, pubPort and subPort');
  if (!Array.isArray(servers) || servers.length === 0) throw badOption('servers', servers, 'a list of host:pubPort');
  return servers.map((one) => {
    if (typeof one === 'string' && one.includes('://')) return urlAddress('an address of servers', one);
    const address = typeof one === 'string' ? serverAddressOf(one) : undefined;
    if (address === undefined) throw badOption('servers', one, 'host:pubPort or host:pubPort/subPort');
    return address;
  });
}

function urlAddress(name: string, given: string): ServerAddress {
  const address = typeof given === 'string' ? webSocketAddressOf(given) : undefined;
  if (address !== undefined) return address;
  throw bad(`${name} is not valid, expected ws://host:port/ or wss://host:port/ without user, query and fragment`);
}

function checkWithoutTcp({ tls, curve }: Given, hasUrl: boolean): void {
  if (!hasUrl) throw bad('a browser needs the option url, such as wss://host:5555/: it has no TCP');
  if (curve !== undefined) throw bad('curve is for TCP, which a browser does not have: use an address wss://');
  if (typeof tls === 'object') throw bad('tls has options, but a browser checks certificates by itself: leave it out');
}

const bad = (reason: string): PulseMQError => new PulseMQError(ErrorCode.badOption, reason);
