import type { OpenTransport, TransportTarget } from '../core/transport.js';
import { openWebSocketBy, type SocketLike, subprotocol } from '../core/web-socket.js';
import { tlsOptions } from './tls.js';

/**
 * Opens a WebSocket on Node, by the package `ws`: Node 20 has no WebSocket class, and the class of later versions takes no certificates and
 * cannot stop reading. Loaded only by clients with the option `url`.
 */
export const openNodeWebSocket: OpenTransport = async (target, listener) => {
  const { WebSocket } = await import('ws');
  const make = ({ url, host, tls }: TransportTarget & { readonly url: string }): SocketLike => {
    const security = url.startsWith('wss:') ? tlsOptions(tls ?? {}, host) : {};
    return new WebSocket(url, subprotocol, { perMessageDeflate: false, ...security }) as unknown as SocketLike;
  };
  return openWebSocketBy(make)(target, listener);
};
