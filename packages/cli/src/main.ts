import { runCommand } from './run-command.js';

process.exitCode = await runCommand(process.argv.slice(2), {
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signals: process,
  exit: (code) => process.exit(code),
});
