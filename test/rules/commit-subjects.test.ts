import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** What the gate says of the subjects of commits, in repositories made for it. */

const script = join(import.meta.dirname, '../../.ci/commit-subjects.mjs');
const hasGit = spawnSync('git', ['--version']).status === 0;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pulsemq-subjects-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function git(cwd: string, ...args: string[]): string {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@localhost', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...author, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** A repository with these subjects after its first commit, and the hash of that one. */
function repository(...subjects: string[]): { path: string; base: string } {
  const path = folder();
  git(path, 'init', '--quiet');
  git(path, 'commit', '--quiet', '--allow-empty', '-m', 'A subject from before the base, which is not checked');
  const base = git(path, 'rev-parse', 'HEAD');
  for (const subject of subjects) git(path, 'commit', '--quiet', '--allow-empty', '-m', subject);
  return { path, base };
}

function check(path: string, base: string): { status: number | null; text: string } {
  const env = { ...process.env, SUBJECTS_AFTER: base };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, path], { env, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

test.runIf(hasGit)('subjects with an area and at most 72 characters pass', () => {
  const { path, base } = repository('zmtp: refuse a frame', 'client, python: say so', `docs: ${'é'.repeat(66)}`);
  expect(check(path, base)).toEqual({ status: 0, text: 'commit subjects: 3 checked\n' });
});

test.runIf(hasGit).each([
  [`docs: ${'x'.repeat(67)}`, 'has 73 characters, the limit is 72'],
  ['Refuse a frame', 'does not begin with an area'],
  ['zmtp:refuse a frame', 'does not begin with an area'],
])('%s: fails', (subject, problem) => {
  const { path, base } = repository('zmtp: fine', subject);
  const { status, text } = check(path, base);
  expect(status).toBe(1);
  expect(text).toContain(problem);
  expect(text).toContain(subject);
  expect(text).not.toContain('fine');
});

test.runIf(hasGit)('a shallow clone and a folder without history say that nothing was checked', () => {
  const { path, base } = repository('zmtp: fine', 'Not fine');
  const shallow = join(folder(), 'clone');
  git(path, 'clone', '--quiet', '--depth', '1', `file://${path}`, shallow);
  for (const [place, why] of [
    [shallow, `the commit ${base} is not in the history of this clone`],
    [folder(), 'git knows of no history here'],
  ] as const) {
    const { status, text } = check(place, base);
    expect([status, text]).toEqual([0, expect.stringContaining(`nothing was checked: ${why}`)]);
  }
});
