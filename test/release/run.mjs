// npm run test:release: builds a release twice and compares every byte, checks the sums, and that changes are refused. Takes minutes, because
// each build installs everything from a clone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/packages.mjs';
import { run } from '../../scripts/running.mjs';
import { check } from '../pack/check.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pulsemq-releases-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const release = (cwd, out) => run('node', [join('scripts', 'release.mjs'), '--out', out], { cwd });

/** The message with which a release fails. */
function refusal(cwd, out) {
  try {
    release(cwd, out);
  } catch (error) {
    return error.message;
  }
  throw new Error('the release was built');
}

// A clone, so that the changes of the person who runs this do not matter.
const clone = join(folder, 'clone');
run('git', ['clone', '--quiet', root, clone], {});
const [first, second] = ['first', 'second'].map((name) => join(folder, name));

const readme = readFileSync(join(clone, 'README.md'), 'utf8');
writeFileSync(join(clone, 'README.md'), `${readme}\n`);
check(refusal(clone, first).includes('README.md'), 'a tree with changes is refused, and the file is named');
writeFileSync(join(clone, 'README.md'), readme);

console.log(release(clone, first));
check(refusal(clone, first).includes('exists already'), 'a release does not replace another');
run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: first });
check(true, 'the sums fit');
release(clone, second);
const sums = [first, second].map((out) => readFileSync(join(out, 'SHA256SUMS'), 'utf8'));
check(sums[0] === sums[1], 'a second build has the same bytes');
check(
  sums[0].split('\n').length === 7 + 3 + 1 + 1,
  'it has seven tarballs, three files for Python and the bill of materials',
);
console.log('all checks passed');
