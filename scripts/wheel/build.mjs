// Builds the Python packages: the wheel and the source of the client, and the wheel of the broker with its bundle.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPythons } from '../../test/interop/find-python.mjs';
import { canImport, createEnvironment, pip, pythonIn } from '../../test/interop/python-environment.mjs';
import { packageNames, releaseVersion, root, sourceDate } from '../packages.mjs';
import { run } from '../running.mjs';
import { makeBundle } from './bundle.mjs';
import { licenceText } from './licences.mjs';
import { platformOf } from './native-code.mjs';

/** One version of each, so that equal sources give equal bytes. The second one checks the bill of materials. */
const tools = ['hatchling==1.33.0', 'cyclonedx-python-lib[json-validation]==11.12.0'];

const client = join(root, 'clients', 'python');
const broker = join(root, 'clients', 'python-broker');
const build = join(broker, 'build');

/** Builds the wheel of the client into `folder` and returns its path. */
export const buildClientWheel = (folder) => buildOne(client, 'wheel', folder);

/** Builds the source distribution of the client into `folder` and returns its path. */
export const buildClientSource = (folder) => buildOne(client, 'sdist', folder);

/** Where the bill of materials of the broker is after `buildBrokerWheel`. The wheel has it too. */
export const sbomPath = join(build, 'pulsemq-broker.cdx.json');

/** Builds the wheel of the broker into `folder` and returns its path. The packages of this repository must be built. */
export function buildBrokerWheel(folder) {
  checkVersions();
  const bundle = join(build, 'bundle');
  const modules = join(bundle, 'node_modules');
  writeFileSync(sbomPath, makeBundle(bundle, join(build, 'stage'), sourceDate()));
  writeFileSync(join(build, 'THIRD-PARTY-LICENSES.txt'), licenceText(modules));
  return buildOne(broker, 'wheel', folder, { PULSEMQ_WHEEL_PLATFORM: platformOf(modules) });
}

/** Builds in a folder of its own, to know the name of the result. */
function buildOne(project, target, folder, env = {}) {
  const result = join(project, 'build', target);
  rmSync(result, { recursive: true, force: true });
  const date = { SOURCE_DATE_EPOCH: String(sourceDate().getTime() / 1_000) };
  const args = ['-m', 'hatchling', 'build', '--target', target, '--directory', result];
  run(builder(), args, { cwd: project, env: { ...env, ...date } });
  const [name] = readdirSync(result);
  mkdirSync(folder, { recursive: true });
  cpSync(join(result, name), join(folder, name));
  return join(folder, name);
}

/** Throws unless the bill of materials follows the schema of CycloneDX 1.5. */
export function checkSbom() {
  const code = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1], encoding="utf-8").read())
sys.exit(str(problem) if problem else 0)
`;
  run(builder(), ['-c', code, sbomPath]);
}

/** The Python of an environment with the build tools, which is made when one is missing. */
function builder() {
  const folder = join(broker, '.venv', 'build');
  const checks = tools.map((tool) => {
    const [name, version] = tool.replace(/\[.*\]/, '').split('==');
    return `assert metadata.version('${name}') == '${version}'`;
  });
  if (!canImport(folder, ['importlib.metadata as metadata', ...checks].join('; '))) {
    const [python] = findPythons();
    if (python === undefined) throw new Error('no Python from 3.10 up was found on the PATH or in pyenv, asdf and uv');
    createEnvironment(folder, python.command);
    pip(folder, 'install', ...tools);
  }
  return pythonIn(folder);
}

/** Every package has the same version: the wheel of the broker asks for the client of its own version by name. */
function checkVersions() {
  const version = releaseVersion();
  const texts = [
    [join(client, 'src', 'pulse_mq', 'version.py'), `__version__ = "${version}"`],
    [join(broker, 'src', 'pulsemq_broker', 'version.py'), `__version__ = "${version}"`],
    [join(broker, 'pyproject.toml'), `"pulsemq-client==${version}"`],
    ...packageNames.map((name) => [join(root, 'packages', name, 'package.json'), `"version": "${version}"`]),
  ];
  for (const [path, text] of texts)
    if (!readFileSync(path, 'utf8').includes(text))
      throw new Error(`${path}: expected ${text}, the version of the command`);
}
