import { createRequire } from 'node:module';
import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { messageOf } from '../bad-payload.js';

/**
 * A `require` that resolves from this file. Bundlers do not see its calls, so that packages with WebAssembly or native code stay outside
 * of a bundle.
 */
export function requireHere(): NodeJS.Require {
  try {
    // esbuild warns of `import.meta` in a bundle of CommonJS, but not inside of `try`.
    return createRequire(import.meta.url);
  } catch {
    // There `import.meta.url` is undefined, and `__filename` is the bundle.
    return createRequire(__filename);
  }
}

/** Loads at the first use, and returns the same value from then on. Throws a PulseMQError `PMQ_BAD_COMPRESSION` if it cannot be loaded. */
export function loadedOnce<Value>(algorithm: string, packageName: string, load: () => Value): () => Value {
  let loaded: { readonly value: Value } | null = null;
  return () => {
    try {
      loaded ??= { value: load() };
      return loaded.value;
    } catch (error) {
      throw new PulseMQError(
        ErrorCode.badCompression,
        `compression ${algorithm} needs the package ${packageName}, which cannot be loaded: install it beside the program (${messageOf(error)})`,
        { cause: error },
      );
    }
  };
}
