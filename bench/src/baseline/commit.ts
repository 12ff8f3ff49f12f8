import { execFileSync } from 'node:child_process';
import { UsageError } from '../options.js';
import { repositoryRoot } from '../peers/pulsemq.js';

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

export interface Commit {
  /** All 40 digits. */
  readonly hash: string;
  /** As git abbreviates it. */
  readonly shortHash: string;
  readonly subject: string;
}

/** The commit behind a hash, branch or tag. Throws a UsageError where this repository has none. */
export function commitOf(name: string): Commit {
  try {
    const hash = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
    return { hash, shortHash: git('rev-parse', '--short', hash), subject: git('log', '-1', '--format=%s', hash) };
  } catch (error) {
    const reason = String((error as { stderr?: string }).stderr ?? '').trim();
    throw new UsageError(
      `--baseline ${name}: this repository has no such commit${reason === '' ? '' : ` (${reason})`}; git log shows the commits it has, git fetch gets others`,
    );
  }
}

/** The commit of the working tree, and whether tracked files differ from it. */
export const presentVersion = (): string =>
  git('describe', '--always', '--exclude', '*', '--dirty= with uncommitted changes');
