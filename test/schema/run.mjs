// npm run test:schema -- [--install] [--no-skip]: schemathesis against the broker's OpenAPI document, on a real broker. It finds answers
// with status 500, and answers that the document does not describe. Without schemathesis the test is skipped: --install installs it,
// --no-skip makes a skip a failure.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PulseMQServer } from '@pulsemq/broker';
import { findPython } from '../interop/find-python.mjs';
import { endless } from './endless.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const requirement = 'schemathesis==4.32.5';
const venv = join(here, '.venv');
const python = join(venv, 'bin', 'python');

/** The same requests on every run. */
const seed = 20_261_125;
/** Random requests for each operation, besides those at the limits of each schema. PULSEMQ_EXAMPLES sets another number. */
const exampleCount = Number(process.env.PULSEMQ_EXAMPLES ?? 15);
/** A run that takes longer is stopped, and fails: about four times what it takes on two cores, and more for more requests. */
const timeMaxSeconds = 240 + 4 * exampleCount;
/** Ends the broker. */
const ends = ['/api/drain'];
/** These end the log-in that calls them, so each gets a log-in of its own. */
const endsLogIn = ['/logout', '/api/auth/password'];

const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (flag === '--install' || flag === '--no-skip') continue;
  console.error(`schema: unknown option ${flag}; the options are --install and --no-skip`);
  process.exit(2);
}

const run = (file, args) => execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });

function isReady() {
  if (!existsSync(python)) return false;
  try {
    run(python, ['-c', 'import schemathesis']);
    return true;
  } catch {
    // An incomplete installation, or its Python was removed: install() starts over.
    return false;
  }
}

function install() {
  const found = findPython();
  if (found === null) return 'it needs Python 3.10 or later';
  console.log(`schema: installing ${requirement} with Python ${found.version.join('.')}`);
  try {
    rmSync(venv, { recursive: true, force: true });
    run(found.command, ['-m', 'venv', venv]);
    run(python, ['-m', 'pip', 'install', '--quiet', requirement]);
    return null;
  } catch (error) {
    return `the installation failed: ${String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1)}`;
  }
}

/** The users whose log-ins the run needs. */
const keptNames = ['checker', 'leaver', 'changer'];

/** A broker with a user, a grant, a namespace and a message, and three administrators with log-ins. */
async function start(folder) {
  const server = new PulseMQServer({
    config: { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 } },
    workingDirectory: folder,
    console: null,
  });
  const { adminPort } = await server.start();
  const url = `http://127.0.0.1:${adminPort}`;
  const call = async (path, body, token) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const { username, password } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
  const { token: root } = await call('/login', { username, password });
  const people = [];
  for (const name of keptNames) {
    const user = { username: name, password: `password of ${name}`, user_type: 'super_admin' };
    const { id } = await call('/api/users', user, root);
    const { token } = await call('/login', { username: name, password: user.password });
    people.push({ id, token });
  }
  const namespace = await call('/api/namespaces', { name: 'market', keep_last_value: true }, root);
  await call('/api/publish', { namespace: 'market', topic: 'a', format: 'string', data: '{"bid": 1}' }, root);
  const { id } = await call('/api/users', { username: 'bot' }, root);
  await call(`/api/namespaces/${namespace.id}/permissions`, { user_id: id, role: 'pub' }, root);
  const [checker, leaver, changer] = people.map(({ token }) => token);
  return { server, url, checker, leaver, changer, keptIds: people.map((person) => person.id) };
}

/** Lines that the broker logged as errors. */
const errorLines = (logFolder) =>
  readdirSync(logFolder)
    .flatMap((name) => readFileSync(join(logFolder, name), 'utf8').split('\n'))
    .filter((line) => line.includes(' ERROR '));

function schemathesis({ url, keptIds }, token, filters, seconds) {
  const effort = ['--max-examples', String(exampleCount), '--seed', String(seed)];
  const args = ['run', `${url}/api/openapi.json`, '--url', url, ...effort, '--no-color', ...filters];
  const kept = { PULSEMQ_KEPT_IDS: keptIds.join(','), PULSEMQ_KEPT_NAMES: keptNames.join(',') };
  const env = { ...process.env, PYTHONPATH: here, PULSEMQ_LOG_IN: token, ...kept };
  return new Promise((resolve) => {
    const child = spawn(join(venv, 'bin', 'st'), args, { cwd: here, env, stdio: 'inherit' });
    const timer = setTimeout(() => {
      console.log(`schema: stopped after ${seconds} s, which is the limit`);
      child.kill();
    }, seconds * 1_000);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

if (!isReady()) {
  const problem = flags.has('--install') ? install() : '"npm run test:schema -- --install" installs it';
  if (problem !== null) {
    console.log(`schema: schemathesis is not installed; ${problem}\nschema: skipped`);
    process.exit(flags.has('--no-skip') ? 1 : 0);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pulsemq-schema-'));
const broker = await start(folder);
console.log(`schema: left out, because their answers have no end: ${endless.join(', ')}`);
const exclude = [...endless, ...ends, ...endsLogIn].flatMap((path) => ['--exclude-path', path]);
const codes = [
  await schemathesis(broker, broker.checker, exclude, timeMaxSeconds),
  await schemathesis(broker, broker.leaver, ['--include-path', '/logout'], timeMaxSeconds),
  await schemathesis(broker, broker.changer, ['--include-path', '/api/auth/password'], timeMaxSeconds),
];
await broker.server.stop();
const errors = errorLines(join(folder, 'logs'));
rmSync(folder, { recursive: true, force: true });
for (const line of errors) console.log(`schema: the broker logged an error: ${line}`);
const isGood = codes.every((code) => code === 0) && errors.length === 0;
console.log(`schema: ${isGood ? 'passed' : 'FAILED'}`);
process.exitCode = isGood ? 0 : 1;
