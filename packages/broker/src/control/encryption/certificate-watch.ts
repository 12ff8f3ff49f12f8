import { type StatWatcher, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { resolve } from 'node:path';
import type { EngineLink } from '../../port.js';
import type { EngineTls } from '../../port-encryption.js';
import type { AdminApp } from '../admin/admin-app.js';
import type { Config } from '../config/config-schema.js';
import { errorText } from '../error-text.js';
import type { Logger } from '../logging/logging.js';
import { readTls } from './encryption-files.js';

/** How often the files are looked at. By their times and not by events of the system: tools replace files, and links to them. */
const intervalMs = 2_000;
/** A certificate and its key are two files: the second one may come a little later. */
const settleMs = 200;

/** Reads the certificates again when their files change. Connections that are open go on with the old ones. */
export class CertificateWatch {
  readonly #paths: readonly string[];
  readonly #onChange = (): void => this.#later();
  readonly #read: () => EngineTls | null;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;
  readonly #renew: (tls: EngineTls) => void;

  constructor(server: Config['server'], folder: string, log: Logger, renew: (tls: EngineTls) => void) {
    const files = [server.tls_cert_file, server.tls_key_file, server.tls_client_ca_file];
    this.#paths = files.filter((file) => file !== null).map((file) => resolve(folder, file));
    this.#read = () => readTls(server, folder, log);
    this.#log = log;
    this.#renew = renew;
    for (const path of this.#paths) watch(path, this.#onChange);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const path of this.#paths) unwatchFile(path, this.#onChange);
  }

  #later(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reload(), settleMs);
  }

  #reload(): void {
    this.#timer = null;
    try {
      const tls = this.#read();
      if (tls === null) return;
      this.#renew(tls);
      this.#log.info('the TLS certificate was read again; new connections get it');
    } catch (error) {
      this.#log.error(`the TLS certificate was not read again, the old one stays in use: ${errorText(error)}`);
    }
  }
}

/** A watch alone does not keep the process running. */
const watch = (path: string, onChange: () => void): StatWatcher =>
  watchFile(path, { interval: intervalMs, persistent: false }, onChange);

/** Gives certificates that have changed to the engine and to the admin port. */
export const watchCertificates = (
  server: Config['server'],
  folder: string,
  log: Logger,
  [link, admin]: readonly [EngineLink, AdminApp],
): CertificateWatch =>
  new CertificateWatch(server, folder, log, (tls) => {
    link.send({ kind: 'tls', tls });
    renewHttps(admin.server, tls);
  });

/** Gives an HTTPS server another certificate; does nothing for one of HTTP. */
function renewHttps(server: Server, { cert, key }: EngineTls): void {
  if (server instanceof HttpsServer) server.setSecureContext({ cert, key, minVersion: 'TLSv1.3' });
}
