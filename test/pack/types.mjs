// Compiles a program with the types of the installed client, as a beginner does: without a tsconfig and without @types/node. Then with the
// settings that the README of the client prints, with those of `tsc --init`, and strictly. The types of the broker need @types/node.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/packages.mjs';
import { run } from '../../scripts/running.mjs';
import { check } from './check.mjs';

const clientProgram = `import { DataFrame, PulseMQClient, type ReceivedMessage } from '@pulsemq/client';
const client: PulseMQClient = new PulseMQClient({ username: 'a', token: 'b' });
export const last = (message: ReceivedMessage): number => message.sequence;
export const rowCount = (frame: DataFrame): number => frame.table().numRows;
export async function disposed(): Promise<void> {
  await using other = client;
  for await (const { data } of await other.subscribe('market', '>')) console.log(data);
}
// @ts-expect-error: a port is a number
new PulseMQClient({ username: 'a', token: 'b', pubPort: 'x' });
`;

const brokerProgram = `import { PulseMQServer } from '@pulsemq/broker';
export const server = new PulseMQServer({ pubPort: 0 });
export const running: Promise<void> = server.run();
// @ts-expect-error: a port is a number
new PulseMQServer({ pubPort: 'x' });
`;

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** The JSON of a block of the README of the client that contains a text. */
function printed(text) {
  const readme = readFileSync(join(root, 'packages', 'client', 'README.md'), 'utf8');
  const block = [...readme.matchAll(/^```json\n([\s\S]*?)^```$/gm)]
    .map(([, json]) => json)
    .find((json) => json.includes(text));
  check(block !== undefined, `the README of the client prints ${text}`);
  return block;
}

/** Compiles the programs in `folder`, a project with the packages installed. */
export function checkTypes(folder) {
  const settings = join(folder, 'tsconfig.json');
  const compile = (...flags) => run('node', [tsc, '--noEmit', ...flags], { cwd: folder });
  writeFileSync(join(folder, 'client.ts'), clientProgram);
  compile('client.ts');
  check(true, 'the types of the client compile without any setting');
  writeFileSync(settings, printed('compilerOptions'));
  compile('--skipLibCheck', 'false');
  check(true, 'they compile with the settings of the README, although these check the types of libraries');
  rmSync(settings);
  run('node', [tsc, '--init'], { cwd: folder });
  compile();
  compile('--skipLibCheck', 'false');
  check(true, 'they compile with the settings of tsc --init');
  rmSync(settings);
  writeFileSync(join(folder, 'broker.ts'), brokerProgram);
  compile('broker.ts', '--types', 'node', '--typeRoots', join(root, 'node_modules', '@types'));
  check(true, 'the types of the broker compile with @types/node');
}
