import type { Platform } from '../core/platform.js';
import { httpGet } from './http-get.js';
import { openNodeWebSocket } from './node-web-socket.js';
import { openTcp } from './tcp.js';

/** Node: TCP, TLS, WebSockets and HTTP, and Buffers, which Node can allocate without filling them with zeros. */
export const nodePlatform: Platform = {
  hasTcp: true,
  openTransport: (target, listener) => (target.url === null ? openTcp : openNodeWebSocket)(target, listener),
  get: httpGet,
  openCurve: async () => {
    const [{ openLibsodium }, { curveWith }] = await Promise.all([
      import('@pulsemq/zmtp/libsodium'),
      import('../core/curve-link.js'),
    ]);
    return curveWith(await openLibsodium());
  },
  allocate: (sizeBytes) => Buffer.allocUnsafeSlow(sizeBytes),
  afterReads: (callback) => void setImmediate(callback),
  warn: (error) => process.emitWarning(error),
};
