import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { isLoopback } from '../../../address-key.js';
import { type RelayedCaller, relayHeader, relayValue } from '../../../relay-pass.js';

/** Paths of the relay, and those of the publisher port that they stand for. */
const paths: Readonly<Record<string, string>> = { '/ws': '/', '/ws/': '/', '/ws/sub': '/sub' };

export const relayPaths: readonly string[] = Object.keys(paths);

/** What the engine reads of an upgrade. Cookies and the like stay here. */
const passedHeaders = [
  'host',
  'origin',
  'upgrade',
  'connection',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
] as const;

/** Whose `X-Forwarded-*` counts. */
export interface CallerRules {
  isTrusted(address: string): boolean;
}

/** True for a path of the relay. A path with a query is refused: the query could hold a token. */
export const isRelayPath = (path: string): boolean => Object.hasOwn(paths, path);

/** The request that the relay sends to the publisher port for a request that has come to `socket`. */
export function relayedRequest(request: IncomingMessage, socket: Socket, pass: string, rules: CallerRules): Buffer {
  const { url = '', headers } = request;
  const passed = passedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [`${name}: ${headers[name]}`]));
  const caller = `${relayHeader}: ${relayValue(pass, callerOf(request, socket, rules))}`;
  const head = [`GET ${paths[url]} HTTP/1.1`, ...passed, caller];
  // Node reads headers as Latin-1.
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * The address and the scheme of the caller. A trusted proxy forwards requests and names their callers: the last address that does not belong to a
 * trusted proxy is the caller's, as for every other request. The proxy also says whether the caller used HTTPS.
 */
function callerOf({ headers }: IncomingMessage, socket: Socket, { isTrusted }: CallerRules): RelayedCaller {
  const { remoteAddress = '', remotePort = 0, localAddress } = socket;
  const address = forwardedFor(remoteAddress, String(headers['x-forwarded-for'] ?? ''), isTrusted);
  const isSecure = 'encrypted' in socket || (isTrusted(remoteAddress) && headers['x-forwarded-proto'] === 'https');
  return {
    address,
    port: remotePort,
    isLocal: isLoopback(address) || address === localAddress,
    isEncrypted: isSecure,
  };
}

function forwardedFor(own: string, forwarded: string, isTrusted: (address: string) => boolean): string {
  let address = own;
  for (const hop of forwarded.split(',').reverse()) {
    if (!isTrusted(address) || isIP(hop.trim()) === 0) break;
    address = hop.trim();
  }
  return address;
}
