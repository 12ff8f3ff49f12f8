import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadedOnce, requireHere } from './load-package.js';

/** What is used of `@bokuweb/zstd-wasm`. */
interface ZstdWasm {
  compress(bytes: Uint8Array, level: number): Uint8Array;
  decompress(bytes: Uint8Array): Uint8Array;
}

/** Its Emscripten module, which is in a file of its own. */
interface WasmModule {
  instantiateWasm(imports: object, receive: (instance: object) => void): void;
  init(): void;
}

/** The part of the global `WebAssembly` that is used. Its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => object;
};

const packageName = '@bokuweb/zstd-wasm';

/**
 * The WebAssembly modules of zstd that are started in this process. A program may load two copies of this package that share one module.
 * A second start would damage its memory, so both copies keep the started ones under one symbol.
 */
function startedModules(): WeakSet<object> {
  const values = globalThis as unknown as Record<symbol, WeakSet<object> | undefined>;
  const started = values[startedName] ?? new WeakSet();
  values[startedName] = started;
  return started;
}

const startedName = Symbol.for('@pulsemq/codecs: started modules of zstd');

/**
 * The package, ready to use. Its own `init` is asynchronous, and codecs are not: a module that awaits it could not be loaded by
 * `require`. So the WebAssembly is instantiated here, which takes 13 ms once.
 */
export const zstdWasm = loadedOnce('zstd', packageName, (): ZstdWasm => {
  const require = requireHere();
  const inside = createRequire(require.resolve(packageName));
  const { Module } = inside('./module') as { Module: WasmModule };
  const started = startedModules();
  if (!started.has(Module)) {
    Module.instantiateWasm = (imports, receive) => {
      const binary = readFileSync(inside.resolve('./zstd.wasm'));
      receive(new WebAssembly.Instance(new WebAssembly.Module(binary), imports));
    };
    Module.init();
    started.add(Module);
  }
  return require(packageName) as ZstdWasm;
});
