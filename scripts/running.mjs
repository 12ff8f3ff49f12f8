// Runs programs for the scripts of this folder.
import { spawnSync } from 'node:child_process';

/** The environment without npm's variables: in another folder npm would take them for settings of the command line. */
const plainEnvironment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** Runs a program to its end and returns what it printed. Throws an error with its output when it fails. */
export function run(program, args, { cwd, env = {} } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...plainEnvironment(), ...env },
    maxBuffer: 1 << 28,
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}\n${stdout}${stderr}`);
}
