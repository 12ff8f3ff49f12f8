// node .ci/commit-subjects.mjs [folder]: the subjects of all commits after the one below: at most 72 characters, with an area, such
// as `zmtp: refuse frames past the limit before allocating`. A clone without that commit has nothing that can be checked.
import { spawnSync } from 'node:child_process';

/** The last commit before subjects were checked. */
const base = process.env.SUBJECTS_AFTER ?? '1419db7';
const maxLength = 72;
const wanted = /^[a-z][a-z0-9-]*(, [a-z][a-z0-9-]*)*: \S/;

const folder = process.argv[2] ?? '.';
const git = (...args) => spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });

function nothingToCheck(why) {
  console.log(`commit subjects: nothing was checked: ${why}`);
  process.exit(0);
}

const inside = git('rev-parse', '--is-inside-work-tree');
if (inside.error !== undefined) nothingToCheck('git is not installed');
if (inside.status !== 0) nothingToCheck(`git knows of no history here (${inside.stderr.trim().split('\n')[0]})`);
if (git('merge-base', '--is-ancestor', base, 'HEAD').status !== 0)
  nothingToCheck(`the commit ${base} is not in the history of this clone`);

const commits = git('log', '--no-merges', '--format=%h %s', `${base}..HEAD`).stdout.split('\n').filter(Boolean);
const problems = commits.flatMap((line) => {
  const [hash] = line.split(' ', 1);
  const subject = line.slice(hash.length + 1);
  const length = [...subject].length;
  const problem = [
    ...(length > maxLength ? [`has ${length} characters, the limit is ${maxLength}`] : []),
    ...(wanted.test(subject) ? [] : ['does not begin with an area, such as "cli: "']),
  ].join(' and ');
  return problem === '' ? [] : [`commit subjects: ${hash} ${problem}: ${subject}`];
});
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`commit subjects: ${commits.length} checked`);
process.exitCode = problems.length > 0 ? 1 : 0;
