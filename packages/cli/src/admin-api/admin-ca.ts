import type { CommandRun } from '../command-run.js';
import { adminCaOf } from '../context/security.js';
import { firstSetting, settingSources } from '../context/setting-sources.js';
import type { AdminFlags } from './admin-address.js';
import { keptCaPath } from './login-file.js';

/** What an https address of the HTTP API is trusted by. */
export interface AdminCa {
  /** Certificates, PEM; undefined for those of the system. */
  readonly ca: string | undefined;
  /** The absolute path of their file, which a log-in keeps. */
  readonly caPath: string | undefined;
}

/**
 * The authorities for an address: of --tls-ca, a context or the environment, else those that the log-in at this address was made with. Throws a
 * CommandError when the file cannot be read.
 */
export function adminCa(run: CommandRun, flags: AdminFlags, adminUrl: string): AdminCa {
  const given = firstSetting(settingSources(run, flags), 'tls_ca');
  const caPath = given === undefined ? keptCaPath(run, adminUrl) : run.path(given);
  return { ca: caPath === undefined ? undefined : adminCaOf(run, given ?? caPath), caPath };
}
