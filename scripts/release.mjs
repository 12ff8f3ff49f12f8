// npm run release [-- --out FOLDER]: builds everything of a release, from a fresh clone of the commit that is checked out, into FOLDER
// (default: release/VERSION). Refuses a tree with changes: a release is a commit. Two runs for one commit give equal files, on machines with
// the same versions of Node and npm: these compress the tarballs.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { releaseVersion, root } from './packages.mjs';
import { run } from './running.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(root, 'release', releaseVersion()));

const changes = run('git', ['status', '--porcelain'], { cwd: root }).trimEnd();
if (changes !== '') fail(`the tree has changes; commit or remove them first:\n${changes}`);
if (existsSync(out)) fail(`${out} exists already; remove it, or give another folder with --out`);

const clone = mkdtempSync(join(tmpdir(), 'pulsemq-release-'));
process.on('exit', () => rmSync(clone, { recursive: true, force: true }));
console.log('cloning, installing and building');
run('git', ['clone', '--quiet', '--no-local', root, clone], {});
run('git', ['checkout', '--quiet', '--detach', run('git', ['rev-parse', 'HEAD'], { cwd: root }).trim()], {
  cwd: clone,
});
run('npm', ['ci', '--no-progress'], { cwd: clone });
console.log(run('node', [join('scripts', 'release', 'write-files.mjs'), out], { cwd: clone }));

function fail(problem) {
  console.error(`release: ${problem}`);
  process.exit(1);
}
