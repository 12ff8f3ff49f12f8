import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../peers/pulsemq.js';
import type { Progress } from '../progress.js';
import type { Commit } from './commit.js';

/** Git ignores it. Each commit has a folder named by its hash, kept for later runs. */
const folder = join(repositoryRoot, 'bench', '.baselines');
const outputMaxBytes = 64 * 1_048_576;
const shownLineCount = 20;

/**
 * The root of a worktree in which a commit is installed and built. Takes minutes at the first call for a commit, later calls find the
 * build. Throws with the end of the output where a step fails; the next call then repeats the steps.
 */
export async function builtCheckout({ hash, shortHash, subject }: Commit, progress: Progress): Promise<string> {
  const root = join(folder, hash);
  // In node_modules, so that it goes when the packages go.
  const doneFile = join(root, 'node_modules', '.bench-built');
  if (existsSync(doneFile)) return root;
  const startedMs = performance.now();
  if (!existsSync(join(root, '.git'))) {
    progress.line(`${shortHash} "${subject}": git worktree in ${root}`);
    mkdirSync(folder, { recursive: true });
    // --force: git may still list a worktree whose folder was deleted.
    await step('git', ['worktree', 'add', '--force', '--detach', root, hash], repositoryRoot);
  }
  progress.line(`${shortHash}: npm ci, which installs and builds; takes a minute or more, once for each commit`);
  await step('npm', ['ci', '--include=dev'], root);
  writeFileSync(doneFile, '');
  progress.line(`${shortHash}: built in ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  return root;
}

async function step(file: string, args: string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(file, args, { cwd, maxBuffer: outputMaxBytes });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    const lines = `${stdout}${stderr}`.trim().split('\n').slice(-shownLineCount);
    throw new Error([`${file} ${args.join(' ')} failed in ${cwd}: ${message.split('\n')[0]}`, ...lines].join('\n'));
  }
}
