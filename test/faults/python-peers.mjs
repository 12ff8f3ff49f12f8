// The same as Peers with the Python client, in a process of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { canImport, pythonIn } from '../interop/python-environment.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const client = join(here, '..', '..', 'clients', 'python');
const program = join(here, 'python_peer.py');
const needed = 'pandas, pyarrow, msgpack, lz4, zstandard';

/** An environment that has what the Python client needs: of its own tests, or of fuzzing. Undefined when there is none. */
export function pythonEnvironment() {
  const ofClient = join(client, '.venv');
  const folders = existsSync(ofClient) ? readdirSync(ofClient).map((name) => join(ofClient, name)) : [];
  return [...folders, join(here, '..', 'fuzz', 'python', '.venv')].find((folder) => canImport(folder, needed));
}

export class PythonPeers {
  lostCount = { publisher: 0, subscriber: 0 };
  ackedCount = 0;
  failedCount = 0;
  ledger = { totals: { received: 0, missed: 0 } };
  #child;
  #connected = {};
  #faults = [];
  #options;
  #answers = new Map();
  #lastId = 0;
  #timer = null;

  constructor(broker, ports) {
    const { username, token } = broker.options;
    const optionsOf = ({ pubPort, subPort }) => ({ pub_port: pubPort, sub_port: subPort, username, token });
    this.#options = { publisher: optionsOf(ports.publisher), subscriber: optionsOf(ports.subscriber) };
    const env = { ...process.env, PYTHONPATH: join(client, 'src'), PYTHONDONTWRITEBYTECODE: '1' };
    this.#child = spawn(pythonIn(pythonEnvironment()), [program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** What was known at the last look, which is at most a few milliseconds ago. */
  isConnected(role) {
    return this.#connected[role] === true;
  }

  async start() {
    const ready = new Promise((resolve, reject) => {
      this.#answers.set(undefined, resolve);
      this.#child.on('exit', (code) => reject(new Error(`the Python client ended with ${code}`)));
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(JSON.parse(line)));
    this.#child.stdin.write(`${JSON.stringify(this.#options)}\n`);
    await ready;
    this.#timer = setInterval(() => void this.#ask({ state: true }), 20);
  }

  /** Publishes to every topic `rounds` times. */
  async publish(rounds, payload = Buffer.from('price')) {
    await this.#ask({ publish: rounds, bytes: payload.length });
  }

  /** Waits until one more message of each topic has arrived, and checks the sums. */
  async settle() {
    const before = this.ledger.totals.received;
    while (this.ledger.totals.received < before + 5) {
      await this.publish(1);
      await pause(20);
    }
    await this.#ask({ state: true });
    assert.deepEqual(this.#faults, []);
  }

  async close() {
    clearInterval(this.#timer);
    if (this.#child.exitCode !== null) return;
    const exited = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.stdin.end();
    await exited;
  }

  #ask(command) {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    });
  }

  #heard({ id, acked, failed, received, missed, lost, connected, faults }) {
    this.ackedCount = acked;
    this.failedCount = failed;
    this.ledger.totals = { received, missed };
    this.lostCount = lost;
    this.#connected = connected;
    this.#faults = faults;
    this.#answers.get(id)?.();
    this.#answers.delete(id);
  }
}
