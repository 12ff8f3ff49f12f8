import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, PulseMQServer } from '@pulsemq/broker';
import { onTestFinished } from 'vitest';
import { fillStartedFolder } from '../../../broker/test/control/started-folder.js';
import { lastingPorts } from '../../../broker/test/engine/lasting-ports.js';
import type { ClientOptions } from '../../src/core/options.js';
import { PulseMQClient } from '../../src/index.js';

/** A broker that can be stopped, and started again on the same ports. */
export class TestBroker {
  readonly token: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly #password: string;
  readonly #folder: string;
  readonly #server: PulseMQServer;

  private constructor(folder: string, server: PulseMQServer) {
    this.#server = server;
    const { token, password } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
    this.token = token;
    this.#password = password;
    this.#folder = folder;
    this.pubPort = server.addresses.pubPort;
    this.subPort = server.addresses.subPort;
  }

  /** Starts a broker that is stopped after the test. */
  static async start(config: ConfigInput = {}): Promise<TestBroker> {
    const broker = await TestBroker.open(config);
    onTestFinished(() => broker.close());
    return broker;
  }

  /** Starts a broker for all tests of a file, which must close it. */
  static async open(config: ConfigInput = {}): Promise<TestBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'pulsemq-client-'));
    await fillStartedFolder(folder);
    const whole = { ...config, server: { host: '127.0.0.1', pub_port: await lastingPorts(), admin_port: 0 } };
    const server = new PulseMQServer({ config: whole, workingDirectory: folder, console: null });
    await server.start();
    return new TestBroker(folder, server);
  }

  /** Stops the broker and deletes its files. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Stops the broker, which closes all connections, and starts it again on the same ports. For SIGKILL see the resilience tests. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#server.start();
  }

  /** Credentials of a new user who may only read the namespace `market`. */
  async reader(username: string): Promise<{ username: string; token: string }> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    const { id: namespaceId } = await this.#call('/api/namespaces', { name: 'market' }, jwt);
    const { id, token } = await this.#call('/api/users', { username }, jwt);
    await this.#call(`/api/namespaces/${namespaceId}/permissions`, { user_id: id, role: 'sub' }, jwt);
    return { username, token };
  }

  /** Creates a namespace that keeps last values. Returns its number. */
  async keepingNamespace(name: string): Promise<number> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    const { id } = await this.#call('/api/namespaces', { name, keep_last_value: true }, jwt);
    return id;
  }

  /** Credentials of a new user who may read a namespace, and how to take that right away. */
  async readerOf(namespaceId: number, username: string) {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    const { id, token } = await this.#call('/api/users', { username }, jwt);
    const path = `/api/namespaces/${namespaceId}/permissions`;
    await this.#call(path, { user_id: id, role: 'sub' }, jwt);
    const revoke = () => this.#call(`${path}/${id}`, undefined, jwt, 'DELETE');
    return { username, token, revoke };
  }

  /** Deletes a topic once the store has it. */
  async deleteTopic(namespace: string, topic: string): Promise<void> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    let id: number | undefined;
    while (id === undefined) {
      const rows = await this.#call<{ id: number }[]>(
        `/api/topics?namespace=${namespace}&text=${topic}`,
        undefined,
        jwt,
        'GET',
      );
      id = rows[0]?.id;
    }
    await this.#call(`/api/topics/${id}`, undefined, jwt, 'DELETE');
  }

  async #call<Body = { id: number; token: string }>(
    path: string,
    body: object | undefined,
    jwt?: string,
    method = 'POST',
  ): Promise<Body> {
    const response = await fetch(`http://127.0.0.1:${this.#server.addresses.adminPort}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(jwt !== undefined && { authorization: `Bearer ${jwt}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }

  /** A client that is closed after the test. */
  client(options: Partial<ClientOptions> = {}): PulseMQClient {
    const { pubPort, subPort, token } = this;
    const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username: 'admin', token, ...options });
    onTestFinished(() => client.close());
    return client;
  }

  /** A connected client that is closed after the test. */
  async connected(options: Partial<ClientOptions> = {}): Promise<PulseMQClient> {
    const client = this.client(options);
    await client.connect();
    return client;
  }
}
