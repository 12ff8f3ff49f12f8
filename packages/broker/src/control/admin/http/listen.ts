import { listenError } from '../../listen-errors.js';
import type { AdminApp } from '../admin-app.js';

/** Opens the admin port; returns the port it got. */
export async function listen(app: AdminApp, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw listenError(code, message) ?? error;
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
