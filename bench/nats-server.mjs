// The server of NATS, built with Go into bench/.peers: one version for the benchmark and for the tests of clusters, so that what they find can be
// compared.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the benchmark installs, and git ignores. */
export const peersDir = fileURLToPath(new URL('./.peers', import.meta.url));
const version = 'v2.15.3';
const binary = join(peersDir, 'nats-server');

/** Builds the server unless this version is there. Returns what was done. */
export function installNats() {
  if (existsSync(binary) && execFileSync(binary, ['--version'], { encoding: 'utf8' }).includes(version))
    return 'already installed';
  mkdirSync(peersDir, { recursive: true });
  const env = { ...process.env, GOBIN: peersDir };
  execFileSync('go', ['install', `github.com/nats-io/nats-server/v2@${version}`], { env, stdio: 'inherit' });
  return `${version} installed in bench/.peers`;
}
