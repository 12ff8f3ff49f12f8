import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

/**
 * The dependency rule: packages import one way, the engine's folders import one way, the planes meet only at the port, and what
 * must run in a browser imports no `node:`. Walks the imports; no tool needed.
 */

const root = resolve(import.meta.dirname, '..');

/** Packages of ours that each package may import. */
const packageRule: Record<string, readonly string[]> = {
  protocol: [],
  zmtp: [],
  codecs: ['protocol'],
  broker: ['protocol', 'zmtp', 'codecs'],
  client: ['protocol', 'zmtp', 'codecs'],
  cli: ['protocol', 'codecs', 'broker', 'client'],
};

/** Packages without `node:` imports. */
const browserPackages = ['protocol', 'zmtp'];

/** The engine's folders in the order in which data flows; each may import itself and those to its right. */
const engineFlow = ['net', 'session', 'route', 'fanout'];

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)].map(
    (match) => ({
      file: relative(root, file),
      target: match[2] ?? match[3] ?? '',
      typeOnly: match[1] !== undefined,
    }),
  );
}

const importsOfPackage = (name: string): Import[] =>
  sourceFiles(join(root, 'packages', name, 'src')).flatMap(importsOf);

test.each(Object.keys(packageRule))('packages/%s imports only the packages it may', (name) => {
  const allowed = packageRule[name]!.map((other) => `@pulsemq/${other}`);
  const wrong = importsOfPackage(name).filter(
    ({ target }) => target.startsWith('@pulsemq/') && !allowed.includes(target),
  );
  expect(wrong).toEqual([]);
});

test.each(browserPackages)('packages/%s runs in a browser', (name) => {
  expect(importsOfPackage(name).filter(({ target }) => target.startsWith('node:'))).toEqual([]);
});

test('in the client only the TCP transport imports node:', () => {
  const wrong = importsOfPackage('client').filter(
    ({ target, file }) => target.startsWith('node:net') && !file.endsWith(join('transport', 'tcp.ts')),
  );
  expect(wrong).toEqual([]);
});

const brokerFolder = join(root, 'packages', 'broker', 'src');

/** Folder under `broker/src` that a relative import leads to. */
const folderOf = (one: Import): string[] =>
  relative(brokerFolder, resolve(root, dirname(one.file), one.target)).split(sep);

test('the engine imports along the flow net, session, route, fanout', () => {
  const wrong = importsOfPackage('broker').filter((one) => {
    const from = engineFlow.indexOf(relative(brokerFolder, join(root, one.file)).split(sep)[1] ?? '');
    const to = engineFlow.indexOf(folderOf(one)[1] ?? '');
    return one.target.startsWith('.') && from >= 0 && to >= 0 && to < from;
  });
  expect(wrong).toEqual([]);
});

test('the planes know only the port of each other', () => {
  const wrong = importsOfPackage('broker').filter((one) => {
    const from = relative(brokerFolder, join(root, one.file)).split(sep)[0];
    const to = one.target.startsWith('.') ? folderOf(one)[0] : '';
    return (from === 'engine' && to === 'control') || (from === 'control' && to === 'engine');
  });
  expect(wrong).toEqual([]);
});

test('no file is named for having no name', () => {
  const folders = Object.keys(packageRule).map((name) => join(root, 'packages', name, 'src'));
  const wrong = folders
    .flatMap(sourceFiles)
    .filter((file) => /(util|utils|helper|helpers|misc|common)\.ts$/.test(file));
  expect(wrong).toEqual([]);
});
