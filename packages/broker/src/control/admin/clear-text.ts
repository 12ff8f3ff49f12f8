import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../../address-key.js';
import type { EncryptionMode } from '../../port-encryption.js';
import type { ControlLimits } from '../faults/control-limits.js';
import { ApiError } from './api-error.js';

/** They need no log-in and tell nothing that others may not read. */
const openPaths = new Set(['/health', '/ready']);

/**
 * Refuses calls in clear text from other machines, unless `auth.encryption` is `optional`: log-ins, the API and the console. A trusted proxy may
 * have been called by HTTPS itself.
 */
export function refuseClearText(
  app: FastifyInstance,
  mode: EncryptionMode,
  isTrusted: (address: string) => boolean,
  limits: ControlLimits,
): void {
  if (mode === 'optional') return;
  app.addHook('onRequest', async ({ raw: { socket }, url }) => {
    const { remoteAddress = '', localAddress } = socket;
    if (openPaths.has(url.split('?', 1)[0]!)) return;
    if (isLoopback(remoteAddress) || remoteAddress === localAddress || isTrusted(remoteAddress)) return;
    const why = `auth.encryption is ${mode}`;
    limits.hit('clearText', remoteAddress, () => `a call of the API from another machine is not encrypted: ${why}`);
    throw new ApiError(403, 'NOT_ENCRYPTED', `calls from other machines must be encrypted, because ${why}: use https`);
  });
}
