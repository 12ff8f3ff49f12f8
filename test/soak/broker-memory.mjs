// Memory and descriptors of the broker's process.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../resilience/wait.mjs';

const collecting = new URL('collecting.mjs', import.meta.url).href;
/** The control plane, the engine, the thread that writes the database, and the one that hashes passwords, which the log-in of the run has started. */
const threadCount = 4;
const parsed = (text) => (text === '' ? { asked: '' } : JSON.parse(text));

export class BrokerMemory {
  #folder = mkdtempSync(join(tmpdir(), 'pulsemq-soak-'));
  #count = 0;

  constructor() {
    writeFileSync(join(this.#folder, 'ask'), '');
    process.env.PULSEMQ_COLLECT_FOLDER = this.#folder;
  }

  /** What Node must be given so that the broker answers. */
  get nodeArguments() {
    return ['--expose-gc', '--import', collecting];
  }

  /**
   * Has every thread collect its garbage. Resolves with the bytes that are left, of all threads and of the process, and those that V8 has for new
   * objects: it takes up to 32 MiB of them in each thread that has worked, whatever the objects were.
   */
  async collect() {
    const asked = String(++this.#count);
    writeFileSync(join(this.#folder, 'ask'), asked);
    const answers = () =>
      readdirSync(this.#folder)
        .filter((name) => name.startsWith('thread-'))
        .map((name) => parsed(readFileSync(join(this.#folder, name), 'utf8')));
    const isWhole = (found) => found.length === threadCount && found.every((one) => one.asked === asked);
    await until(() => isWhole(answers()), 30_000, `the collection in ${threadCount} threads of the broker`);
    const found = answers();
    return {
      liveBytes: found.reduce((sum, { liveBytes }) => sum + liveBytes, 0),
      youngBytes: found.reduce((sum, { youngBytes }) => sum + youngBytes, 0),
      rssBytes: Math.max(...found.map(({ rss }) => rss)),
    };
  }

  /** Collects several times: V8 gives pages back to the system only some time after they have become empty. */
  async settled() {
    for (let times = 1; times < 3; times++) {
      await this.collect();
      await pause(1_500);
    }
    return this.collect();
  }

  close() {
    rmSync(this.#folder, { recursive: true, force: true });
    delete process.env.PULSEMQ_COLLECT_FOLDER;
  }
}

/** Open descriptors of a process. Only Linux tells. */
export const descriptorCount = (pid) => readdirSync(`/proc/${pid}/fd`).length;
