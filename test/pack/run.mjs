// Packs the packages, installs the tarballs into an empty project outside this repository, and uses them there as a user would: the
// command through npx, the broker, its console, and the SDK with types.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll, packageNames, root } from '../../scripts/packages.mjs';
import { run as runIn } from '../../scripts/running.mjs';
import { check } from './check.mjs';
import { checkTarball } from './tarballs.mjs';
import { checkTypes } from './types.mjs';

const project = mkdtempSync(join(tmpdir(), 'pulsemq-pack-'));
process.on('exit', () => rmSync(project, { recursive: true, force: true }));

/** The environment without npm's variables, which would bring the settings of this repository into the empty project. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** Runs a program in the empty project. */
const run = (program, args, env = {}) => runIn(program, args, { cwd: project, env });

console.log('packing');
const tarballs = packAll(project);
for (const [index, tarball] of tarballs.entries()) checkTarball(tarball, packageNames[index]);

console.log('installing into an empty project');
writeFileSync(
  join(project, 'package.json'),
  JSON.stringify({ name: 'empty', version: '1.0.0', type: 'module', private: true }),
);
run('npm', ['install', '--no-audit', '--no-fund', ...tarballs.map(({ filename }) => `./${filename}`)]);
check(!existsSync(join(project, 'node_modules', 'vite')), 'the tools that build the console are not installed');

const { version } = JSON.parse(readFileSync(join(root, 'packages', 'cli', 'package.json'), 'utf8'));
check(run('npx', ['--no-install', 'pulsemq', '--version']) === `${version}\n`, 'npx pulsemq --version');

console.log('using the packages');
const bin = join(project, 'node_modules', '.bin', 'pulsemq');
const broker = spawn(bin, ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'], { cwd: project });
process.on('exit', () => broker.kill('SIGKILL'));
let banner = '';
let log = '';
broker.stderr.on('data', (chunk) => {
  log += chunk;
});
broker.stdout.on('data', (chunk) => {
  banner += chunk;
});
while (!banner.includes('/health')) {
  const ended = await Promise.race([once(broker.stdout, 'data').then(() => null), once(broker, 'exit')]);
  if (ended !== null) throw new Error(`the broker ended: ${log}`);
}
const portOf = (label) => Number(new RegExp(`${label} *: \\w+://[^:]+:(\\d+)`).exec(banner)[1]);
const [pubPort, subPort, adminPort] = [portOf('PUB\\(XSUB\\)'), portOf('SUB\\(XPUB\\)'), portOf('Admin')];
const page = await fetch(`http://127.0.0.1:${adminPort}/`);
check(page.status === 200 && (await page.text()).includes('<script'), 'the broker serves the console');

const env = { PULSEMQ_HOST: '127.0.0.1', PULSEMQ_PUB_PORT: String(pubPort), PULSEMQ_SUB_PORT: String(subPort) };
const sub = spawn(bin, ['sub', 'market:>', '--json', '--count', '2'], {
  cwd: project,
  env: { ...environment, ...env },
});
process.on('exit', () => sub.kill('SIGKILL'));
let received = '';
sub.stdout.on('data', (chunk) => {
  received += chunk;
});
await once(sub.stderr, 'data');
run(bin, ['pub', 'market:a', 'by the command'], env);

writeFileSync(
  join(project, 'sdk.mjs'),
  `import { readFileSync } from 'node:fs';
import { DataFrame, PulseMQClient } from '@pulsemq/client';
const { username, token } = JSON.parse(readFileSync('.pulsemq_admin', 'utf8'));
const client = new PulseMQClient({ host: '127.0.0.1', pubPort: ${pubPort}, subPort: ${subPort}, username, token });
await client.connect();
const subscription = await client.subscribe('market', '>');
const rows = Array.from({ length: 500 }, (_, at) => ({ at: new Date(at), price: at / 2 }));
for (const compress of ['zstd', 'lz4', 'zlib']) {
  await client.publish('market', 'frame', rows, { format: 'df_pyarrow', compress });
  const { value } = await subscription.next();
  if (!(value.data instanceof DataFrame) || JSON.stringify(value.data.rows()) !== JSON.stringify(rows)) process.exit(1);
}
await client.close();
`,
);
run('node', ['sdk.mjs']);
check(true, 'the SDK publishes and subscribes, in every compression');
const hooks = run('node', [
  '--input-type=module',
  '-e',
  `console.log(Object.keys(await import('@pulsemq/react')).join())`,
]);
check(
  hooks.includes('useLast,useLiveTable,useMessages,useStatus'),
  'the hooks are loaded with the React of the project',
);
const [code] = await once(sub, 'close');
const messages = received
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
check(
  code === 0 && messages[0].data === 'by the command' && messages[1].data.length === 500,
  'the command receives messages of the command and of the SDK',
);
broker.kill('SIGTERM');
check((await once(broker, 'exit'))[0] === 0, 'the broker ends with 0');

console.log('types');
checkTypes(project);
console.log('all checks passed');
