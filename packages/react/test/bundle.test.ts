import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** Bytes of the hooks in a bundle, compressed: what they had, and a quarter more. */
const budgetBytes = 3_000;

test('a bundle of the hooks is small, and has nothing in it but themselves', async () => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: ['src/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['react'],
    metafile: true,
    write: false,
  });
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(budgetBytes);
  expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/'))).toEqual([]);
});
