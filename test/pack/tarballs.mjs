// Checks what is in the tarballs: files, entry points, READMEs, sizes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/packages.mjs';
import { check, need } from './check.mjs';

/** Bytes that a tarball may have: what it had, and a quarter more. A package that grows past it needs a reason, and a new budget. */
const budgetBytes = {
  '@pulsemq/protocol': 43_000,
  '@pulsemq/zmtp': 51_000,
  '@pulsemq/codecs': 70_000,
  '@pulsemq/client': 132_000,
  '@pulsemq/react': 12_500,
  '@pulsemq/console': 1_800_000,
  '@pulsemq/broker': 710_000,
  // Its demo brings the price board with React, a library for charts and the codecs.
  pulsemq: 450_000,
};

/** Checks a tarball, as `packAll` describes it. `folder` is the folder of the package in `packages`. */
export function checkTarball({ name, size, files }, folder) {
  const paths = files.map(({ path }) => path);
  const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  checkFiles(name, paths);
  checkEntryPoints(name, manifest, paths);
  checkReadme(name, readFileSync(join(root, 'packages', folder, 'README.md'), 'utf8'));
  check(size <= budgetBytes[name], `${name}: ${paths.length} files, ${size} of ${budgetBytes[name]} bytes`);
}

function checkFiles(name, paths) {
  const missing = ['package.json', 'README.md', 'LICENSE'].filter((wanted) => !paths.includes(wanted));
  need(missing.length === 0, `${name}: manifest, README and licence ${missing}`);
  const unwanted = paths.filter((path) => /^(src|test)\/|\.tsbuildinfo$|\.map$/.test(path));
  need(unwanted.length === 0, `${name}: ${paths.length} files, none of them sources or tests ${unwanted.slice(0, 3)}`);
}

/** Every file that the manifest names is in the tarball, and types come before code: TypeScript takes the first that fits. */
function checkEntryPoints(name, { exports, bin = {}, license }, paths) {
  const conditions = Object.values(exports).filter((target) => typeof target === 'object');
  const targets = [...Object.values(exports), ...Object.values(bin)].flatMap((target) =>
    typeof target === 'string' ? target : Object.values(target),
  );
  const missing = targets.filter((target) => !paths.includes(target.replace('./', '')));
  need(missing.length === 0, `${name}: its ${targets.length} entry points exist ${missing}`);
  need(
    conditions.every((target) => Object.keys(target)[0] === 'types'),
    `${name}: types are found`,
  );
  need(
    exports['./package.json'] === './package.json' && license === 'MIT',
    `${name}: manifest and licence can be read`,
  );
}

/** A README stands alone: outside of the repository a link to another file of it leads nowhere. */
function checkReadme(name, text) {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  const relative = links.filter((target) => !target.startsWith('https://'));
  need(relative.length === 0, `${name}: its README has no link into the repository ${relative}`);
  const headed = text.startsWith(`# ${name}\n`) && text.includes('\n## Licence\n\nMIT\n');
  need(headed, `${name}: its README has name and licence`);
  need(name === '@pulsemq/console' || text.includes('npm install '), `${name}: its README says how to install it`);
}
