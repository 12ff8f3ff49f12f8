// Finds Pythons from 3.10 up that run: on the PATH, and in the folders of pyenv, asdf and uv.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const wanted = [3, 13];
const oldest = [3, 10];

/** The commands to try. A shim of a version manager on the PATH may not run, so its folder is searched as well. */
function candidates() {
  const home = homedir();
  const kept = [
    join(process.env.PYENV_ROOT ?? join(home, '.pyenv'), 'versions'),
    join(process.env.ASDF_DATA_DIR ?? join(home, '.asdf'), 'installs', 'python'),
    join(process.env.UV_PYTHON_INSTALL_DIR ?? join(home, '.local', 'share', 'uv', 'python')),
  ].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, 'bin', 'python3')) : [],
  );
  const named = ['python3.13', 'python3', 'python', 'python3.14', 'python3.12', 'python3.11', 'python3.10'];
  return [...named, ...named.map((name) => join('/usr/bin', name)), ...kept];
}

/** `[major, minor]` of a command, or null when it does not run. */
function versionOf(command) {
  try {
    const text = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const match = /^Python (\d+)\.(\d+)/.exec(text);
    return match === null ? null : [Number(match[1]), Number(match[2])];
  } catch {
    // The command does not exist, or is a shim without a version: the next candidate is tried.
    return null;
  }
}

const isAtLeast = ([major, minor], [wantedMajor, wantedMinor]) =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);

/** One Python of each version from 3.10 up, newest first, as `{ command, version: [major, minor] }`. */
export function findPythons() {
  const found = new Map();
  for (const python of running()) {
    const name = python.version.join('.');
    if (!found.has(name)) found.set(name, python);
  }
  return [...found.values()].sort(newestFirst);
}

const running = () =>
  candidates()
    .map((command) => ({ command, version: versionOf(command) }))
    .filter(({ version }) => version !== null && isAtLeast(version, oldest));

const newestFirst = (left, right) => right.version[0] - left.version[0] || right.version[1] - left.version[1];

/**
 * The Python for the package pulse-mq, which asks for 3.13: that version, else the newest from 3.10 up, else null. `isWanted` is
 * false for a version before 3.13.
 */
export function findPython() {
  const found = running();
  const exact = found.find(({ version }) => version[0] === wanted[0] && version[1] === wanted[1]);
  if (exact !== undefined) return { ...exact, isWanted: true };
  found.sort(newestFirst);
  return found.length === 0 ? null : { ...found[0], isWanted: isAtLeast(found[0].version, wanted) };
}
