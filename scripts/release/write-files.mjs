// node scripts/release/write-files.mjs FOLDER: writes the files of a release, from the build in this tree: the npm tarballs, the wheels and
// the source of the Python client, the bill of materials, and SHA256SUMS for `sha256sum -c`.
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packAll, releaseVersion } from '../packages.mjs';
import { buildBrokerWheel, buildClientSource, buildClientWheel, checkSbom, sbomPath } from '../wheel/build.mjs';

const [folder] = process.argv.slice(2);
packAll(folder);
buildClientWheel(folder);
buildClientSource(folder);
buildBrokerWheel(folder);
checkSbom();
cpSync(sbomPath, join(folder, `pulsemq-${releaseVersion()}.cdx.json`));

const names = readdirSync(folder).sort();
const sumOf = (name) =>
  createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
writeFileSync(join(folder, 'SHA256SUMS'), names.map((name) => `${sumOf(name)}  ${name}\n`).join(''));
for (const name of names) console.log(`${String(statSync(join(folder, name)).size).padStart(10)}  ${name}`);
