import type { AdminApp } from '../admin-app.js';
import { ApiError } from '../api-error.js';
import { relayPaths } from '../relay/relayed-request.js';

/** Answers requests to the relay that are not those of a WebSocket; those never come here. */
export function relayRoutes(app: AdminApp): void {
  for (const path of relayPaths) {
    app.get(path, { config: { access: 'open' }, schema: { hide: true } }, (_request, reply) => {
      reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      throw new ApiError(426, 'UPGRADE_REQUIRED', 'this path takes only WebSockets of clients: see docs/browser.md');
    });
  }
}
