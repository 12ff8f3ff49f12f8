import { dirname } from 'node:path/posix';
import { expect, test } from 'vitest';
import { circlesAmong, globalsUsed, importsIn, sourceFiles } from './imports.js';

/**
 * The dependency rule: packages import one way, the engine's folders import one way, the planes meet only at the port, and what must
 * run in a browser knows nothing of Node. The tables say what is allowed; a new folder or package needs a line in them.
 */

/** Packages of ours that each package may import. */
const packages: Record<string, readonly string[]> = {
  protocol: [],
  zmtp: [],
  codecs: ['protocol'],
  broker: ['protocol', 'zmtp', 'codecs'],
  client: ['protocol', 'zmtp', 'codecs'],
  react: ['client'],
  cli: ['protocol', 'zmtp', 'codecs', 'broker', 'client'],
  console: ['protocol'],
};

/** Packages that run in a browser, and the files of each that may use Node. */
const browserPackages: Record<string, RegExp | null> = {
  protocol: null,
  zmtp: null,
  codecs: /^packages\/codecs\/src\/(bytes\/node-bytes|compression\/(load-package|zlib|zstd-wasm))\.ts$/,
  client: /^packages\/client\/src\/transport\/(tcp|tls|http-get|node-platform)\.ts$/,
  react: null,
  console: null,
};

/** What Node has and a browser has not. */
const nodeGlobals = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname', '__filename'];

const sessionFolders = ['session/wire', 'session/auth', 'session/subscribe', 'session/publish', 'session/replay'];

/**
 * The engine's folders, and the folders each may import beside itself. A message flows net, session, route, fanout, and nothing
 * imports against it; reports read from all. `.` is the engine's own folder, which composes the others.
 */
const engineFolders: Record<string, readonly string[]> = {
  '.': [
    'net',
    'session',
    ...sessionFolders,
    'route',
    'route/memory',
    'fanout',
    'freshness',
    'report',
    'fabric',
    'bars',
  ],
  net: ['net/websocket', 'session', 'session/auth', 'session/subscribe'],
  'net/websocket': ['net'],
  session: [...sessionFolders, 'bars', 'freshness', 'route', 'route/memory', 'fanout', 'fanout/subscriber'],
  'session/wire': ['session', 'fanout/batch', 'fanout/subscriber'],
  'session/auth': ['session', 'session/publish', 'session/wire', 'route'],
  'session/subscribe': [
    'session',
    'session/auth',
    'session/replay',
    'session/wire',
    'freshness',
    'route',
    'fanout',
    'fanout/batch',
    'fanout/subscriber',
  ],
  'session/replay': [
    'session',
    'session/subscribe',
    'session/wire',
    'route',
    'route/memory',
    'fanout',
    'fanout/batch',
    'fanout/subscriber',
  ],
  'session/publish': ['session', 'session/auth', 'session/wire', 'route', 'route/memory', 'fanout', 'fanout/batch'],
  freshness: ['route'],
  route: ['route/memory', 'fanout', 'fanout/batch'],
  'route/memory': ['route', 'fanout/batch'],
  fanout: ['fanout/batch', 'fanout/subscriber'],
  'fanout/batch': [],
  'fanout/backlog': ['fanout/batch'],
  'fanout/subscriber': ['fanout', 'fanout/batch', 'fanout/backlog'],
  fabric: [
    'session',
    'session/wire',
    'freshness',
    'route',
    'route/memory',
    'fanout',
    'fanout/batch',
    'fanout/subscriber',
  ],
  bars: ['session', 'session/publish', 'session/wire', 'freshness', 'route', 'fanout', 'fanout/batch'],
  report: ['freshness', 'session', 'session/subscribe', 'route', 'fanout', 'fanout/batch', 'fanout/subscriber'],
};

/** Files that compose the engine: its folders import every other file beside them, and never these. */
const composingFiles = ['engine.ts', 'worker.ts', 'compose-core.ts', 'entitlement-commands.ts', 'load-fabric.ts'];

/** Files of the broker that both planes may import: the port, what each plane has an instance of its own of, the journal, and what makes bars. */
const betweenPlanes =
  /^packages\/broker\/src\/((port(-\w+)?|log-histogram|calendar|local-time|guard|limit-report|auth-throttle|address-key|allowed-origin|relay-pass|make-folder)\.ts$|(journal|bars)\/)/;

const folderOfPackage = (name: string): string => `packages/${name}/src`;
const brokerFolder = folderOfPackage('broker');
const engineFolder = `${brokerFolder}/engine`;
/** The one circle that is meant: a route belongs to a namespace, which has routes. */
const meantCircle = [`${engineFolder}/route/namespace.ts`, `${engineFolder}/route/route.ts`];
const inEngine = (file: string): string => file.slice(engineFolder.length + 1);

test.each(Object.entries(packages))('packages/%s imports only the packages it may: %j', (name, allowed) => {
  const wrong = importsIn(folderOfPackage(name)).filter(
    ({ target }) => target.startsWith('@pulsemq/') && !allowed.includes(target.split('/')[1]!),
  );
  expect(wrong).toEqual([]);
});

test.each(Object.keys(packages))('packages/%s imports no file of another package', (name) => {
  const folder = `${folderOfPackage(name)}/`;
  const leaves = ({ targetFile }: { targetFile: string | null }) => targetFile?.startsWith(folder) === false;
  expect(importsIn(folderOfPackage(name)).filter(leaves)).toEqual([]);
});

test.each(Object.entries(browserPackages))('packages/%s imports no module of Node, except %s', (name, mayUseNode) => {
  const wrong = importsIn(folderOfPackage(name)).filter(
    ({ target, file }) => target.startsWith('node:') && mayUseNode?.test(file) !== true,
  );
  expect(wrong).toEqual([]);
});

test('what runs in a browser uses no global of Node', () => {
  const files = Object.entries(browserPackages).flatMap(([name, mayUseNode]) =>
    sourceFiles(folderOfPackage(name)).filter((file) => mayUseNode?.test(file) !== true),
  );
  expect(files.filter((file) => globalsUsed(file, nodeGlobals).length > 0)).toEqual([]);
});

test('every folder of the engine has its line in the table', () => {
  const folders = new Set(sourceFiles(engineFolder).map((file) => dirname(inEngine(file))));
  expect([...folders].sort()).toEqual(Object.keys(engineFolders).sort());
});

test.each(Object.entries(engineFolders))('engine/%s imports only the folders it may: %j', (folder, allowed) => {
  const wrong = importsIn(engineFolder).filter(({ file, targetFile }) => {
    if (dirname(inEngine(file)) !== folder || targetFile?.startsWith(`${engineFolder}/`) !== true) return false;
    const target = inEngine(targetFile);
    if (dirname(target) === '.' && folder !== '.') return composingFiles.includes(target);
    return dirname(target) !== folder && !allowed.includes(dirname(target));
  });
  expect(wrong).toEqual([]);
});

test.each(['engine', 'control'])('%s knows of the broker only itself, the port and what both have', (plane) => {
  const wrong = importsIn(`${brokerFolder}/${plane}`).filter(
    ({ targetFile }) =>
      targetFile !== null && !targetFile.startsWith(`${brokerFolder}/${plane}/`) && !betweenPlanes.test(targetFile),
  );
  expect(wrong).toEqual([]);
});

test('the journal knows nothing of the planes: tools read it without a broker', () => {
  const wrong = importsIn(`${brokerFolder}/journal`).filter(
    ({ targetFile }) =>
      targetFile !== null &&
      !targetFile.startsWith(`${brokerFolder}/journal/`) &&
      targetFile !== `${brokerFolder}/make-folder.ts`,
  );
  expect(wrong).toEqual([]);
});

test('what makes bars knows nothing of the planes: history and the engine both use it', () => {
  const folder = `${brokerFolder}/bars/`;
  const beside = /^packages\/broker\/src\/(calendar|local-time)\.ts$/;
  const wrong = importsIn(`${brokerFolder}/bars`).filter(
    ({ targetFile }) => targetFile !== null && !targetFile.startsWith(folder) && !beside.test(targetFile),
  );
  expect(wrong).toEqual([]);
});

test.each(Object.keys(packages))(
  'files of packages/%s import each other in no circle that is not meant, not even for types or later',
  (name) => {
    const meant = name === 'broker' ? [meantCircle] : [];
    expect(circlesAmong(importsIn(folderOfPackage(name)))).toEqual(meant);
  },
);

test('no file is named for having no name', () => {
  const files = Object.keys(packages).flatMap((name) => sourceFiles(folderOfPackage(name)));
  expect(files.filter((file) => /\b(util|utils|helper|helpers|misc|common)\.tsx?$/.test(file))).toEqual([]);
});
