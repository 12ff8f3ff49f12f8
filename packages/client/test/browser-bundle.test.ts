import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';

/**
 * A program for browsers, bundled as programs are. esbuild fails for a module of Node that it meets, so a bundle has none.
 */

/** Bytes of the client without codecs, compressed. It had 39,400 at first; a tenth more would be past the promise of docs/browser.md. */
const budgetBytes = 40_000;

let outputs: Metafile['outputs'];
let sizes: ReadonlyMap<string, number>;

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `export { PulseMQClient, PulseMQError } from '@pulsemq/client';`,
      resolveDir: import.meta.dirname,
    },
    absWorkingDir: import.meta.dirname,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'bundle',
    metafile: true,
    write: false,
  });
  outputs = bundle.metafile.outputs;
  const paths = Object.keys(outputs);
  sizes = new Map(bundle.outputFiles.map(({ path, contents }) => [nameOf(path, paths), gzipSync(contents).length]));
});

const nameOf = (path: string, names: readonly string[]): string => names.find((name) => path.endsWith(name))!;

/** The files that a page loads before it runs, beginning with the entry; and those that it loads later. */
function loaded(): { first: string[]; later: string[] } {
  const first = new Set<string>();
  const later = new Set<string>();
  const visit = (name: string): void => {
    if (first.has(name)) return;
    first.add(name);
    for (const { path, kind } of outputs[name]!.imports) {
      if (kind === 'dynamic-import') later.add(path);
      else visit(path);
    }
  };
  visit(Object.keys(outputs).find((name) => outputs[name]!.entryPoint === '<stdin>')!);
  return { first: [...first], later: [...later] };
}

const inputsOf = (names: readonly string[]): string[] => names.flatMap((name) => Object.keys(outputs[name]!.inputs));

test('the client fits its budget, and has no codec in it', () => {
  const { first } = loaded();
  expect(first.reduce((sum, name) => sum + sizes.get(name)!, 0)).toBeLessThan(budgetBytes);
  const codecs = /flechette|msgpack|pako|fzstd|libsodium|node_modules\/ws\//;
  expect(inputsOf(first).filter((path) => codecs.test(path))).toEqual([]);
});

test('codecs are files that are loaded later, without native code', () => {
  const { first, later } = loaded();
  expect(later.filter((name) => first.includes(name))).toEqual([]);
  const inputs = inputsOf(later).join('\n');
  for (const used of ['flechette', 'msgpack', 'pako', 'fzstd']) expect(inputs).toContain(used);
  const everything = inputsOf(Object.keys(outputs)).join('\n');
  for (const unused of ['lz4-napi', 'zstd-wasm', 'node-bytes', 'node_modules/ws/'])
    expect(everything).not.toContain(unused);
});
