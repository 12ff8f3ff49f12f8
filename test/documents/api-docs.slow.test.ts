import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** `npm run api-docs` writes the reference of the API. It is not kept: it changes with each comment, and the comments are in the packages. */

const root = resolve(import.meta.dirname, '../..');

// It compiles the package: 3 s, and 15 s for the broker, whose routes have large types.
test.each(['client', 'react', 'broker', 'codecs', 'protocol'])(
  'every exported name of %s has a doc comment',
  async (name) => {
    const typedoc = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc');
    const words = [typedoc, '--emit', 'none', '--entryPoints', `packages/${name}`];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { cwd: root });
    expect(`${stdout}${stderr}`).not.toContain('[warning]');
  },
  60_000,
);
