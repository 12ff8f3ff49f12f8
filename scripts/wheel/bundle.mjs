// The folder that the wheel of the broker carries: the packages of this repository and what they need at run time on Linux x86_64 with
// glibc, in the versions of package-lock.json.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandPackageNames, packAll, readJson, root } from '../packages.mjs';
import { run } from '../running.mjs';
import { sbomOf } from './sbom.mjs';

/** Not needed at run time: types, sources, source maps, settings of tools, tests, and documents but for licences. */
const unneededFile = /^\.|\.([cm]?ts|map|tsbuildinfo|yml)$|^(?!licen[cs]e|copying|notice).*\.(md|markdown)$/i;
const unneededFolder = /^\.|^(tests?|__tests__|benchmarks?|examples?)$|-musl$/;

/**
 * Makes the bundle in `folder`, with the help of the folder `stage`. What was in both is removed. Returns its bill of materials, as text with
 * `date` in it.
 */
export function makeBundle(folder, stage, date) {
  for (const old of [folder, stage]) rmSync(old, { recursive: true, force: true });
  installDependencies(stage);
  const sbom = sbomOf(stage, date);
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  moveDependencies(stage, modules);
  for (const { name, filename } of packAll(join(stage, 'tarballs'), commandPackageNames)) {
    const target = join(modules, name);
    mkdirSync(target, { recursive: true });
    run('tar', ['-xzf', join(stage, 'tarballs', filename), '--strip-components=1', '-C', target]);
  }
  prune(modules);
  cpSync(join(root, 'clients', 'python-broker', 'launcher', 'launch.mjs'), join(folder, 'launch.mjs'));
  rmSync(stage, { recursive: true });
  return sbom;
}

/** Installs the run-time dependencies of all packages, in a copy of the workspace that has only what npm reads. */
function installDependencies(stage) {
  mkdirSync(stage, { recursive: true });
  const { scripts: _, ...workspace } = readJson(root, 'package.json');
  writeFileSync(join(stage, 'package.json'), JSON.stringify(workspace));
  for (const path of [
    'package-lock.json',
    ...commandPackageNames.map((name) => join('packages', name, 'package.json')),
  ]) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    cpSync(join(root, path), join(stage, path));
  }
  const platform = ['--os=linux', '--cpu=x64', '--libc=glibc'];
  run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--bin-links=false', ...platform], { cwd: stage });
}

/** Moves what npm has installed. A package of ours is a link there, and its own folder may have further modules. */
function moveDependencies(stage, modules) {
  const ours = commandPackageNames.map((name) => ({
    name,
    module: readJson(root, 'packages', name, 'package.json').name,
  }));
  for (const { name, module } of ours) {
    rmSync(join(stage, 'node_modules', module), { recursive: true, force: true });
    const further = join(stage, 'packages', name, 'node_modules');
    if (!existsSync(further)) continue;
    mkdirSync(join(modules, module), { recursive: true });
    renameSync(further, join(modules, module, 'node_modules'));
  }
  for (const name of readdirSync(join(stage, 'node_modules'))) {
    if (name.startsWith('.')) continue;
    // The scope of ours may hold a module of ours already.
    cpSync(join(stage, 'node_modules', name), join(modules, name), { recursive: true });
  }
}

/** Removes what is not needed, the builds for musl, which not every package marks for npm, and folders that are left empty. */
function prune(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isUnneeded = entry.isDirectory() ? unneededFolder.test(entry.name) : unneededFile.test(entry.name);
    if (isUnneeded) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) prune(path);
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
