// The software bill of materials of the broker (CycloneDX, JSON): what the bundle of the wheel contains. A npm installation contains the same,
// with the native builds of its own platform.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandPackageNames, readJson, root } from '../packages.mjs';
import { run } from '../running.mjs';

/**
 * The document as text. `stage` is a workspace in which `npm ci --omit=dev` has run; `date` is the time in it. Equal inputs give equal texts.
 */
export function sbomOf(stage, date) {
  forgetDevelopment(stage);
  const document = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx'], { cwd: stage }));
  nameOurs(document);
  dropMusl(document);
  dropNoAddresses(document);
  addConsoleParts(document);
  document.metadata.timestamp = date.toISOString();
  document.serialNumber = `urn:uuid:${uuidOf(JSON.stringify({ ...document, serialNumber: '' }))}`;
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Removes development dependencies from the manifests: npm refuses to list a workspace in which they are missing. */
function forgetDevelopment(stage) {
  for (const folder of ['.', ...commandPackageNames.map((name) => join('packages', name))]) {
    const { devDependencies: _, ...manifest } = readJson(stage, folder, 'package.json');
    writeFileSync(join(stage, folder, 'package.json'), JSON.stringify(manifest));
  }
}

/** npm names a package of a workspace by its folder. The document is about the command, which brings all others. */
function nameOurs({ metadata, components, dependencies }) {
  const ours = commandPackageNames.map((name) => readJson(root, 'packages', name, 'package.json'));
  for (const component of components) {
    const { name } = ours.find(({ name, version }) => component['bom-ref'] === `${name}@${version}`) ?? component;
    component.name = name;
  }
  const workspace = metadata.component['bom-ref'];
  const command = components.find(({ name }) => name === 'pulsemq');
  components.splice(components.indexOf(command), 1);
  metadata.component = { ...command, type: 'application' };
  dependencies.splice(
    dependencies.findIndex(({ ref }) => ref === workspace),
    1,
  );
}

/** Removes the builds for musl, which the bundle does not have. */
function dropMusl(document) {
  const isMusl = (ref) => /-musl@/.test(ref);
  document.components = document.components.filter((component) => !isMusl(component['bom-ref']));
  document.dependencies = document.dependencies
    .filter(({ ref }) => !isMusl(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => !isMusl(other)) }));
}

/** Removes references such as `git@host:name.git`, which authors write and the schema refuses: they are not URLs. */
function dropNoAddresses({ components }) {
  for (const component of components)
    component.externalReferences = component.externalReferences?.filter(({ url }) => URL.canParse(url));
}

/** Adds what the assets of the console contain, by the list of licences that its build writes. */
function addConsoleParts({ components, dependencies }) {
  const text = readFileSync(join(root, 'packages', 'console', 'dist', 'LICENSES.md'), 'utf8');
  const parts = [...text.matchAll(/^## (\S+) - (\S+) \((\S+)\)$/gm)].map(([, name, version, id]) => ({
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ license: { id } }],
  }));
  const known = new Set(components.map((component) => component['bom-ref']));
  components.push(...parts.filter((part) => !known.has(part['bom-ref'])));
  const console = dependencies.find(({ ref }) => ref.startsWith('@pulsemq/console@'));
  console.dependsOn = parts.map((part) => part['bom-ref']);
  const listed = new Set(dependencies.map(({ ref }) => ref));
  for (const ref of console.dependsOn) if (!listed.has(ref)) dependencies.push({ ref, dependsOn: [] });
}

/** A UUID of version 8 (RFC 9562, section 5.8), made of a hash. */
function uuidOf(text) {
  const hash = createHash('sha256').update(text).digest();
  hash[6] = (hash[6] & 0x0f) | 0x80;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
