// The same as Peer with the Python client, in a process of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../faults/python-peers.mjs';
import { pythonIn } from '../../interop/python-environment.mjs';
import { roundEveryMs } from './peer.mjs';
import { PublishAccount } from './publish-account.mjs';
import { ReaderAccount } from './reader-account.mjs';

const program = fileURLToPath(new URL('python_peer.py', import.meta.url));
const sources = fileURLToPath(new URL('../../../clients/python/src', import.meta.url));
const env = { ...process.env, PYTHONPATH: sources, PYTHONDONTWRITEBYTECODE: '1' };

/** A Python that can load the client: of an environment of its tests, or the one on the PATH. Undefined where there is none. */
export function pythonCommand() {
  const environment = pythonEnvironment();
  const commands = [...(environment === undefined ? [] : [pythonIn(environment)]), 'python3'];
  return commands.find((command) => {
    try {
      execFileSync(command, ['-c', 'import pulse_mq'], { env, cwd: join(sources, '..'), stdio: 'ignore' });
      return true;
    } catch {
      // It is not installed, or it has not what the client needs.
      return false;
    }
  });
}

export class PythonPeer {
  published = new PublishAccount();
  movedCount = 0;
  #child;
  #isConnected = false;
  #answered = new Map();

  constructor(name, { command, options, topics, namespaces, pattern, inFlight }) {
    this.received = new ReaderAccount(name);
    this.topics = topics;
    const { host, pubPort, username, token } = options;
    const client = { host, pub_port: pubPort, username, token, in_flight: inFlight };
    const pairs = topics.map(({ namespace, topic }) => [namespace, topic]);
    const task = { client, topics: pairs, namespaces, pattern, round_every_s: roundEveryMs / 1_000 };
    this.#child = spawn(command, [program, JSON.stringify(task)], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(JSON.parse(line)));
  }

  get isConnected() {
    return this.#isConnected;
  }

  /** Resolves when both clients are connected and the reader is subscribed. */
  start() {
    return this.#until('ready');
  }

  publish() {
    this.#say('publish');
  }

  async stop() {
    this.#say('stop');
    await this.#until('stopped');
  }

  async finish() {
    this.#say('finish');
    await this.#until('finished');
  }

  async close() {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exited;
  }

  #say(word) {
    this.#child.stdin.write(`${word}\n`);
  }

  async #until(word) {
    const ended = new Promise((_, reject) => {
      this.#child.once('exit', (code) => reject(new Error(`the Python client ended with ${code} before "${word}"`)));
    });
    ended.catch(() => {});
    await Promise.race([new Promise((resolve) => this.#answered.set(word, resolve)), ended]);
  }

  /** A line has the messages, gaps, answers and errors since the line before, in their order. */
  #heard({ connected, moved, events, answer }) {
    this.#isConnected = connected;
    this.movedCount = moved;
    for (const [kind, ...fields] of events) this[`_${kind}`](...fields);
    if (answer !== null) this.#answered.get(answer)?.();
  }

  _message(namespace, topic, epoch, sequence, number, isRecovered, maybeDuplicate) {
    this.received.message({ namespace, topic, epoch, sequence, number, isRecovered, maybeDuplicate });
  }

  _gap(namespace, topic, from, to) {
    this.received.gap({ namespace, topic, from: from ?? undefined, to: to ?? undefined });
  }

  _acknowledged(key, number) {
    this.published.acknowledged(key, number);
  }

  _failed(key, number, text) {
    this.published.failed(key, number, text);
  }
}
