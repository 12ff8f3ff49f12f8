import { JSDOM } from 'jsdom';
import { afterAll } from 'vitest';

/**
 * A DOM for React, and no more: with all globals of jsdom, also its Uint8Array, the broker in this process would not work. Import it
 * before React. The globals are removed after the tests of the file, because other files run in the same thread.
 */

const { window } = new JSDOM('<!doctype html><body></body>', { url: 'http://localhost', pretendToBeVisual: true });

const names = ['document', 'requestAnimationFrame', 'cancelAnimationFrame', 'MutationObserver', 'Node'] as const;
const globals: Record<string, unknown> = { window };
for (const name of names) globals[name] = window[name];
// Node 20 has none, and later versions have their own.
if (!('navigator' in globalThis)) globals.navigator = window.navigator;

Object.assign(globalThis, globals);
afterAll(() => {
  for (const name of Object.keys(globals)) Reflect.deleteProperty(globalThis, name);
  window.close();
});
