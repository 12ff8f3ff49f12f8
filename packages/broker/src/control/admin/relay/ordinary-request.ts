import type { IncomingMessage, Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** A request to upgrade as Node hands it over, with the bytes that came behind its head. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly rest: Buffer;
}

/** Headers that ask for an upgrade, or belong to one. */
const upgradeHeaders = new Set(['upgrade', 'http2-settings']);

/**
 * Serves a request to upgrade as if it did not ask for that (RFC 9110 section 7.8 allows it). Clients such as that of Java ask for `h2c` with
 * their first request. Once something listens for upgrades Node reads no body of such a request and answers nothing, so the request is put back
 * without those headers, and the connection begins anew.
 */
export function serveAsOrdinary(server: Server, { request, socket, rest }: UpgradeRequest): void {
  socket.unshift(Buffer.concat([ordinaryHead(request), rest]));
  server.emit(server instanceof HttpsServer ? 'secureConnection' : 'connection', socket);
}

function ordinaryHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at]!, rawHeaders[at + 1]!];
    if (upgradeHeaders.has(name.toLowerCase())) continue;
    const shown = name.toLowerCase() === 'connection' ? otherTokens(value) : value;
    if (shown !== '' || value === '') lines.push(`${name}: ${shown}`);
  }
  // Node reads headers as Latin-1.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

const otherTokens = (connection: string): string =>
  connection
    .split(',')
    .map((token) => token.trim())
    .filter((token) => !upgradeHeaders.has(token.toLowerCase()))
    .join(', ');
