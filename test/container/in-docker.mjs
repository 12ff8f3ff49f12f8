// Builds the image and runs its container, where Docker answers.
import { spawnSync } from 'node:child_process';
import { checkBroker } from './broker-checks.mjs';

const docker = (args, options = {}) => spawnSync('docker', args, { encoding: 'utf8', ...options });

/** True where a Docker daemon answers. */
export const dockerAnswers = () => docker(['info']).status === 0;

function must(args, options) {
  const { status, stdout, stderr } = docker(args, options);
  if (status !== 0) throw new Error(`docker ${args.join(' ')} ended with ${status}: ${stderr}`);
  return (stdout ?? '').trim();
}

export async function runInDocker(root, stage, check) {
  const image = `pulsemq-test-${process.pid}`;
  const volume = must(['volume', 'create']);
  try {
    must(['build', '--tag', image, root], { stdio: 'inherit' });
    const containers = [];
    const start = async () => {
      const words = ['--detach', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--volume', `${volume}:/data`];
      const id = must(['run', ...words, image]);
      containers.push(id);
      return {
        exec: (command) => docker(['exec', id, ...command]),
        stop: async () => {
          must(['stop', id]);
          return Number(must(['inspect', '--format', '{{.State.ExitCode}}', id]));
        },
      };
    };
    const { words } = stage.steps.find(({ kind }) => kind === 'healthcheck');
    await checkBroker(start, words, check).finally(() => docker(['rm', '--force', ...containers]));
  } finally {
    docker(['image', 'rm', '--force', image]);
    docker(['volume', 'rm', '--force', volume]);
  }
}
