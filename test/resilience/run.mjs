// npm run test:resilience -- [--only NAME,...] [--kills N] [--memory-seconds N]: the TypeScript client while its broker is killed, while
// its connections are cut, and over a long time. The full memory test takes ten minutes: --only memory --memory-seconds 600.
import { parseArgs } from 'node:util';
import { crowd } from './crowd.mjs';
import { cuts } from './cuts.mjs';
import { kills } from './kills.mjs';
import { many } from './many.mjs';
import { memory } from './memory.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    kills: { type: 'string', default: '20' },
    'memory-seconds': { type: 'string', default: '30' },
  },
});
const parts = {
  kills: () => kills({ killCount: Number(values.kills) }),
  cuts,
  many,
  crowd,
  memory: () => memory({ seconds: Number(values['memory-seconds']) }),
};
const wanted = values.only?.split(',') ?? Object.keys(parts);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`resilience: unknown part ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

let failed = 0;
for (const name of wanted) {
  try {
    console.log(`${name}: ${await parts[name]()}`);
  } catch (error) {
    failed += 1;
    console.log(`${name}: FAILED: ${error.stack ?? error}`);
  }
}
console.log(`${wanted.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
