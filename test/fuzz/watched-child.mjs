// Runs one target in a process of its own and watches it. A crash, an input that takes too long, and too much memory end the process; the
// input it worked on is then in its black box.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBlackBox } from './black-box.mjs';

const child = fileURLToPath(new URL('child.mjs', import.meta.url));
const checkEveryMs = 250;
/** One input may use this much time of a processor. The time on the clock says less: other processes may hold the processors. */
const inputMaxCpuMs = 2_000;
/** One input may take this long on the clock: it may wait for something that never comes. */
const inputMaxMs = 20_000;
const heapMaxMebibytes = 768;
const clockTickMs = 10;

/** Runs a target. Resolves with its figures, or with `{ fault, input }`. */
export async function runWatched(options) {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-fuzz-'));
  const blackBox = join(folder, 'input');
  writeFileSync(blackBox, '');
  try {
    return await watch(start({ ...options, blackBox }), blackBox);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(options) {
  const args = ['--expose-gc', `--max-old-space-size=${heapMaxMebibytes}`, child, JSON.stringify(options)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function watch(running, blackBox) {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    running[name].on('data', (chunk) => {
      output[name] = (output[name] + chunk).slice(-20_000);
    });
  }
  let hang;
  const watchdog = new Watchdog(running.pid, blackBox);
  const timer = setInterval(() => {
    hang ??= watchdog.check();
    if (hang !== undefined) running.kill('SIGKILL');
  }, checkEveryMs);
  const [code, signal] = await new Promise((resolve) => running.on('close', (...how) => resolve(how)));
  clearInterval(timer);
  if (code === 0) return JSON.parse(output.stdout.trim().split('\n').at(-1));
  const { number, input } = readBlackBox(blackBox);
  const fault = hang ?? `the process ended with ${signal ?? code}:\n${output.stderr.trim()}`;
  return number === 0 ? { fault } : { fault, input };
}

/** Notices that the same input is worked on for too long. */
class Watchdog {
  #pid;
  #path;
  #number = 0;
  #sinceMs = 0;
  #sinceCpuMs = 0;

  constructor(pid, path) {
    this.#pid = pid;
    this.#path = path;
  }

  /** What is wrong, or undefined. */
  check() {
    const { number } = readBlackBox(this.#path);
    const nowMs = performance.now();
    const cpuMs = cpuMsOf(this.#pid);
    if (number === 0 || number !== this.#number) {
      this.#number = number;
      this.#sinceMs = nowMs;
      this.#sinceCpuMs = cpuMs ?? 0;
      return undefined;
    }
    const usedMs = cpuMs === undefined ? nowMs - this.#sinceMs : cpuMs - this.#sinceCpuMs;
    if (usedMs > inputMaxCpuMs) return `one input used the processor for more than ${inputMaxCpuMs} ms`;
    if (nowMs - this.#sinceMs > inputMaxMs) return `one input was not done after ${inputMaxMs} ms`;
    return undefined;
  }
}

/** Processor time of a process with its threads; undefined where the system has no /proc, and after its end. */
function cpuMsOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * clockTickMs;
  } catch {
    // No /proc, or the process has ended, which its exit reports.
    return undefined;
  }
}
