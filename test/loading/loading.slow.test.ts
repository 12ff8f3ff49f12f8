import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PulseMQServer } from '@pulsemq/broker';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Fault F12: the client is loaded by `import` and by `require`, in worker threads, and from bundles. Each program does the same. */

const root = resolve(import.meta.dirname, '..', '..');
// Inside the project, so that its packages are found.
const folder = mkdtempSync(join(root, 'node_modules', '.loading-'));
let broker: PulseMQServer;
let connection: string;

beforeAll(async () => {
  const config = { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 } };
  broker = new PulseMQServer({ config, workingDirectory: folder, console: null });
  await broker.start();
  const { pubPort, subPort } = broker.addresses;
  const { username, token } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
  connection = JSON.stringify({ host: '127.0.0.1', pubPort, subPort, username, token });
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Publishes a DataFrame in both formats with each compression, and prints what arrives. */
const body = `
async function main() {
  const client = new PulseMQClient(JSON.parse(process.env.CONNECTION));
  await client.connect();
  const subscription = await client.subscribe('market', 'loading.>');
  const rows = Array.from({ length: 100 }, (_, row) => ({ row, price: row + 0.5, ids: [2n ** 60n] }));
  for (const format of ['df_msgpack', 'df_pyarrow']) {
    for (const compress of ['zlib', 'lz4', 'zstd']) {
      await client.publish('market', 'loading.a', rows, { format, compress });
      const { data, compressed } = await subscription.receive();
      if (!(data instanceof DataFrame) || data.rows()[99].ids[0] !== 2n ** 60n) throw new Error('changed');
      console.log(format, compressed, data.length);
    }
  }
  await client.close();
}
main().catch((error) => { console.error(error); process.exitCode = 1; });
`;
const names = 'DataFrame, PulseMQClient';
const imported = `import { ${names} } from '@pulsemq/client';\n${body}`;
const required = `const { ${names} } = require('@pulsemq/client');\n${body}`;
const expected = ['df_msgpack', 'df_pyarrow']
  .flatMap((format) => ['zlib', 'lz4', 'zstd'].map((compression) => `${format} ${compression} 100\n`))
  .join('');

/** Runs the program in its argument as a worker thread. */
const starter = `const { Worker } = require('node:worker_threads'); new Worker(process.argv[2]);`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs a program of Node, and returns what it prints. Experimental warnings go to standard error. */
async function run(...args: string[]): Promise<string> {
  const env = { ...process.env, CONNECTION: connection };
  return (await promisify(execFile)(process.execPath, args, { env, cwd: folder })).stdout;
}

test.each([
  ['import', 'imported.mjs', imported],
  ['require', 'required.cjs', required],
])('fault F12: by %s', async (_, name, text) => {
  expect(await run(file(name, text))).toBe(expected);
});

test.each([
  ['import', 'worker.mjs', imported],
  ['require', 'worker.cjs', required],
])('fault F12: in a worker thread, by %s', async (_, name, text) => {
  expect(await run(file('starter.cjs', starter), file(name, text))).toBe(expected);
});

test('fault F12: in a worker thread that is made of text', async () => {
  const options = '{ eval: true }';
  const program = `new (require('node:worker_threads').Worker)(${JSON.stringify(required)}, ${options});`;
  expect(await run(file('text-worker.cjs', program))).toBe(expected);
});

test.each([
  ['import', ['--input-type=module', '-e', imported]],
  ['require', ['-e', required]],
])('fault F12: in a program from the command line, by %s', async (_, args) => {
  expect(await run(...args)).toBe(expected);
});

test.each([
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
] as const)('fault F12: from a bundle of esbuild, %s', async (format, extension) => {
  const outfile = join(folder, `esbuild.${extension}`);
  const entryPoints = [file(`esbuild-${format}.mjs`, imported)];
  // Node's modules and `require` are needed: packages of native code stay outside of a bundle.
  const { warnings } = await esbuild({
    entryPoints,
    outfile,
    format,
    bundle: true,
    platform: 'node',
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  expect(readFileSync(outfile, 'utf8')).toContain('PMQ_BAD_PAYLOAD');
  expect(await run(outfile)).toBe(expected);
  expect(await run(file('starter.cjs', starter), outfile)).toBe(expected);
});

test.each([
  ['es', 'mjs'],
  ['cjs', 'cjs'],
] as const)('fault F12: from a bundle of Vite for Node, %s', async (format, extension) => {
  const entry = file(`vite-${format}.mjs`, imported);
  await vite({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: join(folder, 'vite'),
      rollupOptions: { output: { format, entryFileNames: `out.${extension}` } },
    },
  });
  const bundle = join(folder, 'vite', `out.${extension}`);
  expect(readFileSync(bundle, 'utf8')).not.toMatch(/(from|require\() ?"@pulsemq\/client"/);
  expect(await run(bundle)).toBe(expected);
});
