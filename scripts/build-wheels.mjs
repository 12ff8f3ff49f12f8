// npm run wheel: builds the wheels of the Python packages into dist/: the client, and the broker.
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './packages.mjs';
import { buildBrokerWheel, buildClientWheel } from './wheel/build.mjs';

for (const build of [buildClientWheel, buildBrokerWheel]) {
  const path = build(join(root, 'dist'));
  console.log(`${relative(root, path)}  ${(statSync(path).size / 1e6).toFixed(1)} MB`);
}
