// Runs the fidelity tests: npm run test:fidelity [-- --frames 100000] [-- --seed 1]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { frames: { type: 'string' }, seed: { type: 'string' } } });
const env = {
  ...process.env,
  ...(values.frames !== undefined && { FIDELITY_FRAMES: values.frames }),
  ...(values.seed !== undefined && { FIDELITY_SEED: values.seed }),
};
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fidelity'], { env, stdio: 'inherit' });
process.exitCode = status ?? 1;
