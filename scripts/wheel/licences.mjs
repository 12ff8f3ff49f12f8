// The licences of the packages of others in a folder of modules, as one text.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../packages.mjs';

const fileOfLicence = /^(licen[cs]e|copying|notice)/i;

/** Where the build of the console writes what its assets contain. */
const consoleLicences = 'bundle/node_modules/@pulsemq/console/dist/LICENSES.md';

/** The folders of all packages below a folder of modules, nested ones too, sorted. */
export function packageFolders(modules) {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : name,
    )
    .sort()
    .flatMap((name) => {
      const folder = join(modules, name);
      const nested = join(folder, 'node_modules');
      return [folder, ...(existsSync(nested) ? packageFolders(nested) : [])];
    });
}

/** The text with the licence of each package in `modules` that is not ours. Throws for a package that states none. */
export function licenceText(modules) {
  const parts = packageFolders(modules)
    .map((folder) => ({ folder, manifest: readJson(folder, 'package.json') }))
    .filter(({ manifest: { name } }) => name !== 'pulsemq' && !name.startsWith('@pulsemq/'))
    .map(({ folder, manifest }) => licenceOf(folder, manifest));
  const head = `This package contains the following packages of others. The file ${consoleLicences} lists those in the console.`;
  return [head, ...parts].join(`\n\n${'-'.repeat(78)}\n\n`);
}

function licenceOf(folder, { name, version, license }) {
  const texts = readdirSync(folder)
    .filter((file) => fileOfLicence.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (typeof license !== 'string') throw new Error(`${name} ${version} states no licence in its package.json`);
  const head = `${name} ${version}\nLicence: ${license}`;
  return [head, ...(texts.length > 0 ? texts : ['The package has no file with the text of its licence.'])].join('\n\n');
}
