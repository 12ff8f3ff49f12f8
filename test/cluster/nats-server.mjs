// A server of NATS in a process of its own. It can be killed and started again on its port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { peersDir } from '../../bench/nats-server.mjs';
import { endWithUs } from '../resilience/end-with-us.mjs';

/** The path of the server's binary; undefined where there is none. */
export function natsBinary() {
  const folders = [peersDir, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));
}

/** A free port of this machine, below those that the kernel gives to outgoing connections. */
export async function freePort() {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 6_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}

export class NatsServer {
  #child = null;

  /** `words` are further arguments of the command. */
  constructor(port, words = []) {
    this.port = port;
    this.words = words;
  }

  static async start(words) {
    const server = new NatsServer(await freePort(), words);
    await server.start();
    return server;
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Resolves when it accepts connections. */
  async start() {
    const words = ['-a', '127.0.0.1', '-p', String(this.port), ...this.words];
    this.#child = spawn(natsBinary(), words, { stdio: ['ignore', 'ignore', 'pipe'] });
    endWithUs(this.#child);
    let log = '';
    await new Promise((resolve, reject) => {
      // The listener stays: a server whose log cannot be written ends.
      this.#child.stderr.on('data', (chunk) => {
        log += log.length < 100_000 ? chunk : '';
        if (log.includes('Server is ready')) resolve();
      });
      this.#child.once('exit', () => reject(new Error(`the server of NATS exited at its start: ${log}`)));
    });
  }

  async kill() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Stops it without ending it: its connections stay open and nothing comes through. */
  pause() {
    this.#child.kill('SIGSTOP');
  }

  resume() {
    this.#child.kill('SIGCONT');
  }
}
