// The target of the Python client, in an environment of its own with atheris, which needs Linux and a Python that it has a wheel for.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from '../../interop/find-python.mjs';
import { canImport, createEnvironment, lastLine, pip, pythonIn } from '../../interop/python-environment.mjs';
import { corpusFolder } from '../corpus.mjs';

export const pythonTarget = 'python-decode';

const here = dirname(fileURLToPath(import.meta.url));
const client = join(here, '..', '..', '..', 'clients', 'python');
const environment = join(here, '.venv');
const program = join(here, 'decode_target.py');
const needed = 'atheris, pandas, pyarrow, msgpack, lz4.frame, zstandard';
const requirements = ['atheris==3.1.0', 'pandas>=2.2', 'pyarrow>=18.0', 'msgpack>=1.1', 'lz4>=4.3', 'zstandard>=0.23'];
const inputMaxSeconds = 2;
const memoryMaxMebibytes = 1_024;
const env = { ...process.env, PYTHONPATH: join(client, 'src'), PYTHONDONTWRITEBYTECODE: '1' };

/** Why the target cannot run, or undefined. */
function prepare(installs) {
  if (canImport(environment, needed)) return undefined;
  if (!installs) return '"npm run fuzz -- --install" installs what it needs';
  const python = findPython();
  if (python === null) return 'no Python from 3.10 up was found';
  try {
    createEnvironment(environment, python.command);
    pip(environment, 'install', '--only-binary', ':all:', ...requirements);
    return undefined;
  } catch (error) {
    return `what it needs cannot be installed: ${lastLine(error)}`;
  }
}

/** Runs libFuzzer; resolves with its exit code and what it printed. */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(pythonIn(environment), [program, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text = (text + chunk).slice(-200_000);
    });
    child.on('close', (code, signal) => resolve({ code: code ?? signal, text }));
  });
}

/** Runs the target for `seconds` and until `inputs`, or one input from `file`. */
export async function runPython({ seconds, inputs, seed, keep, file, install }) {
  const skipped = prepare(install === true);
  if (skipped !== undefined) return { skipped };
  if (file !== undefined) {
    const { code, text } = await run([`-timeout=${inputMaxSeconds}`, file]);
    return code === 0 ? { inputs: 1, perSecond: 0, grownMiB: 0, newEntries: 0, reached: 0 } : { fault: text };
  }
  return fuzz({ seconds, inputs, seed, keep });
}

async function fuzz({ seconds, inputs, seed, keep }) {
  const kept = corpusFolder(pythonTarget);
  mkdirSync(kept, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-fuzz-python-'));
  const found = join(folder, 'found');
  const bad = join(folder, 'bad-');
  mkdirSync(found);
  try {
    seeds(join(folder, 'seeds'));
    const limits = [
      `-timeout=${inputMaxSeconds}`,
      `-rss_limit_mb=${memoryMaxMebibytes}`,
      '-max_len=4096',
      `-seed=${seed}`,
    ];
    const until = inputs > 0 ? [`-runs=${inputs}`] : [`-max_total_time=${Math.max(1, seconds)}`];
    const args = [
      ...limits,
      ...until,
      `-artifact_prefix=${bad}`,
      '-print_final_stats=1',
      found,
      kept,
      join(folder, 'seeds'),
    ];
    const { code, text } = await run(args);
    const result = figures(text, found);
    if (code !== 0) return { ...result, fault: shown(text), input: artifact(folder) };
    if (keep) await run(['-merge=1', '-max_len=2048', kept, join(folder, 'seeds'), found]);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function seeds(folder) {
  const { status, stderr } = spawnSync(pythonIn(environment), [join(here, 'make_seeds.py'), folder], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`make_seeds.py: ${stderr}`);
}

function figures(text, found) {
  const number = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0);
  const memory = [...text.matchAll(/rss: (\d+)Mb/g)].map(([, mebibytes]) => Number(mebibytes));
  return {
    inputs: number('stat::number_of_executed_units'),
    perSecond: number('stat::average_exec_per_sec'),
    // Of the whole process, from the first figure in the last part of the output.
    grownMiB: (memory.at(-1) ?? 0) - (memory[Math.floor(memory.length / 4)] ?? 0),
    newEntries: readdirSync(found).length,
    reached: Number([...text.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? 0),
  };
}

/** The Python error if there is one, else the end of what libFuzzer says. */
function shown(text) {
  const at = text.indexOf('=== Uncaught Python exception');
  return at >= 0 ? text.slice(at, at + 3_000) : text.slice(-2_000);
}

function artifact(folder) {
  const name = readdirSync(folder).find((one) => one.startsWith('bad-'));
  return name === undefined || !existsSync(join(folder, name)) ? Buffer.alloc(0) : readFileSync(join(folder, name));
}
