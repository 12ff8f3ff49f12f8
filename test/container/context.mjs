// The files that Docker sends to a build: those of the repository that .dockerignore does not leave out.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A pattern of .dockerignore as a test of paths: it matches a path, and everything under it. */
function matcherOf(pattern) {
  const source = pattern
    .replace(/^\/|\/$/g, '')
    .split('/')
    .map((part) => (part === '**' ? '.*' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')))
    .join('/')
    .replaceAll('.*/', '(?:.*/)?');
  return new RegExp(`^${source}(?:/.*)?$`);
}

/** Lines of .dockerignore in order; of those that match a path the last one counts. */
const rulesOf = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isKept: line.startsWith('!'), matches: matcherOf(line.replace(/^!/, '')) }));

/** Paths of the build context, relative to the repository. */
export function contextFiles(root) {
  const { stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  const rules = rulesOf(readFileSync(join(root, '.dockerignore'), 'utf8'));
  return stdout
    .split('\0')
    .filter((path) => path !== '' && (rules.findLast(({ matches }) => matches.test(path))?.isKept ?? true));
}

/** Copies the build context into a folder. Returns the number of files. */
export function copyContext(root, target) {
  const files = contextFiles(root);
  for (const path of files) cpSync(join(root, path), join(target, path), { verbatimSymlinks: true });
  return files.length;
}
