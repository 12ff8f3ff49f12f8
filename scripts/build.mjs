// npm run build: compiles everything. With PULSEMQ_IS_BUILT it does nothing: the gate builds once, and each of its steps would build again.
import { spawnSync } from 'node:child_process';

const run = (command, ...words) => {
  const { status } = spawnSync(command, words, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

if (process.env.PULSEMQ_IS_BUILT === undefined) {
  run('npx', '--no-install', 'tsc', '-b');
  run('npm', 'run', 'build', '-w', '@pulsemq/console');
  run('npx', '--no-install', 'tsc', '-p', 'examples/board');
  run('npx', '--no-install', 'vite', 'build', '--logLevel', 'warn', '--config', 'examples/board/vite.config.ts');
}
