// The packages of this repository, in the order of their dependencies, and how they become tarballs.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './running.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Their folders in `packages`. */
export const packageNames = ['protocol', 'zmtp', 'codecs', 'client', 'react', 'console', 'broker', 'cli'];

/** Those that the command brings with it. The others are for programs of their own, with dependencies that the command does not need. */
export const commandPackageNames = packageNames.filter((name) => name !== 'react');

export const readJson = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** The version of all packages. */
export const releaseVersion = () => readJson(root, 'packages', 'cli', 'package.json').version;

/** The time that files of a build get, so that two builds of a commit are equal: SOURCE_DATE_EPOCH, or that of the commit. */
export function sourceDate() {
  const given = process.env.SOURCE_DATE_EPOCH;
  return new Date(1_000 * Number(given ?? run('git', ['log', '-1', '--format=%ct'], { cwd: root })));
}

/**
 * Packs the packages `names`, which are built already, into `folder`. Returns of each its `name`, `filename`, `size` (bytes of the tarball),
 * `unpackedSize` and `files`.
 */
export function packAll(folder, names = packageNames) {
  mkdirSync(folder, { recursive: true });
  return names.map((name) => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const [packed] = JSON.parse(run('npm', args, { cwd: join(root, 'packages', name) }));
    return packed;
  });
}
