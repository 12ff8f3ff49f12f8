import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** The built package in programs that have no file: their global `__filename` is not a path. */

const index = new URL('../dist/index.js', import.meta.url).href;
const compressing = `
  const { encodePayload, decodePayload } = await import(${JSON.stringify(index)});
  for (const compress of ['lz4', 'zstd']) {
    const { payload, formatCode, flags } = encodePayload({ format: 'string', data: 'x'.repeat(2_000), compress });
    if (decodePayload(formatCode, flags, payload).data.length === 2_000) console.log(compress);
  }
`;
const program = `void (async () => {${compressing}})();`;
const worker = `new (require('node:worker_threads').Worker)(${JSON.stringify(program)}, { eval: true });`;

test.each<[string, readonly string[], string]>([
  ['node -e', ['-e', program], ''],
  ['a program from standard input', ['-'], program],
  ['new Worker(code, { eval: true })', ['-e', worker], ''],
])('lz4 and zstd are loaded in %s', (_, args, input) => {
  const { stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['lz4\nzstd\n', '']);
});
