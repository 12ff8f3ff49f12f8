import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, PulseMQServer } from '@pulsemq/broker';
import { onTestFinished } from 'vitest';
import { fillStartedFolder } from '../../../broker/test/control/started-folder.js';
import { lastingPorts } from '../../../broker/test/engine/lasting-ports.js';
import type { ClientOptions } from '../../src/core/client-options.js';
import { PulseMQClient } from '../../src/index.js';
import { adminCall } from './admin-call.js';
import { type Ports, type TransportName, type TransportSettings, transports } from './transports.js';

/** A lane, as the API lists it. */
export interface ListedLane {
  readonly lane: number;
  readonly on_slow: string;
  readonly max_rate: number | null;
}

/** A broker that can be stopped, and started again on the same ports. */
export class TestBroker {
  readonly token: string;
  /** Where clients connect to: the admin port for those of the relay. */
  readonly pubPort: number;
  readonly subPort: number;
  readonly #password: string;
  readonly #folder: string;
  readonly #server: PulseMQServer;
  readonly #reach: TransportSettings['reach'];
  readonly #ca: string | undefined;

  private constructor(folder: string, server: PulseMQServer, { reach, ca, usesAdminPort }: TransportSettings) {
    this.#reach = reach;
    this.#ca = ca;
    this.#server = server;
    const { token, password } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
    this.token = token;
    this.#password = password;
    this.#folder = folder;
    this.pubPort = usesAdminPort === true ? server.addresses.adminPort : server.addresses.pubPort;
    this.subPort = server.addresses.subPort;
  }

  /** Starts a broker that is stopped after the test. Its clients use the transport. */
  static async start(config: ConfigInput = {}, transport: TransportName = 'tcp'): Promise<TestBroker> {
    const broker = await TestBroker.open(config, transport);
    onTestFinished(() => broker.close());
    return broker;
  }

  /** Starts a broker for all tests of a file, which must close it. */
  static async open(config: ConfigInput = {}, transport: TransportName = 'tcp'): Promise<TestBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'pulsemq-client-'));
    await fillStartedFolder(folder);
    const settings = await transports[transport](folder);
    const { server: serverFiles, auth, usesAdminPort } = settings;
    const whole = {
      ...config,
      server: {
        ...serverFiles,
        host: '127.0.0.1',
        pub_port: await lastingPorts(),
        admin_port: usesAdminPort === true ? await lastingPorts() : 0,
      },
      auth: { ...config.auth, ...auth },
    };
    const server = new PulseMQServer({ config: whole, workingDirectory: folder, console: null });
    await server.start();
    return new TestBroker(folder, server, settings);
  }

  /** Stops the broker and deletes its files. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Asks clients to move, and stops when they have gone or the time is over. */
  async drain(moveMs: number): Promise<void> {
    await this.#server.drain(moveMs);
  }

  /** Stops the broker, which closes all connections, and starts it again on the same ports. For SIGKILL see the resilience tests. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#server.start();
  }

  /** Address of the HTTP API. */
  get apiUrl(): string {
    const scheme = this.#ca === undefined ? 'http' : 'https';
    return `${scheme}://127.0.0.1:${this.#server.addresses.adminPort}`;
  }

  /** Credentials of a new user who may only read a new namespace. */
  async reader(username: string, namespace = 'market'): Promise<{ username: string; token: string }> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    const { id: namespaceId } = await this.#call('/api/namespaces', { name: namespace }, jwt);
    const { id, token } = await this.#call('/api/users', { username }, jwt);
    await this.#call(`/api/namespaces/${namespaceId}/permissions`, { user_id: id, role: 'sub' }, jwt);
    return { username, token };
  }

  /** Creates a namespace that keeps last values, or none. Returns its number. */
  async keepingNamespace(name: string, keep = true): Promise<number> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    const { id } = await this.#call('/api/namespaces', { name, keep_last_value: keep }, jwt);
    return id;
  }

  /** Creates a namespace that keeps history, and maybe last values. */
  async historyNamespace(name: string, keepLastValue = false): Promise<void> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    await this.#call('/api/namespaces', { name, history: true, keep_last_value: keepLastValue }, jwt);
  }

  /** Lets a namespace keep history from now on. */
  async keepHistory(namespaceId: number): Promise<void> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    await this.#call(`/api/namespaces/${namespaceId}`, { history: true }, jwt, 'PUT');
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

  /** What the broker lists of its connections. */
  async connections(): Promise<{ username: string; client_name: string | null }[]> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    return this.#call('/api/connections', undefined, jwt, 'GET');
  }

  /** The lanes of its one connection, once the API has heard of it. */
  async lanes(): Promise<readonly ListedLane[]> {
    const { token: jwt } = await this.#call('/login', { username: 'admin', password: this.#password });
    const list = () => this.#call<{ connection_id: string }[]>('/api/connections', undefined, jwt, 'GET');
    let [one] = await list();
    while (one === undefined) [one] = await list();
    const { connection_id } = one;
    const { lanes } = await this.#call<{ lanes: ListedLane[] }>(
      `/api/connections/${connection_id}`,
      undefined,
      jwt,
      'GET',
    );
    return lanes;
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
    const port = this.#server.addresses.adminPort;
    return adminCall({ port, ca: this.#ca, method, path, body, jwt });
  }

  /** Options of a client of the administrator. The ports are those of the broker, or of proxies before it. */
  optionsFor(ports: Ports): ClientOptions {
    return { ...this.#reach(ports), username: 'admin', token: this.token };
  }

  /** A client that is closed after the test. */
  client(options: Partial<ClientOptions> = {}): PulseMQClient {
    const { pubPort, subPort, ...others } = options;
    const ports = { pubPort: pubPort ?? this.pubPort, subPort: subPort ?? this.subPort };
    const client = new PulseMQClient({ ...this.optionsFor(ports), ...others });
    onTestFinished(() => client.close());
    return client;
  }

  /** A connected client of one of several brokers with this user. */
  async connectedTo(servers: readonly string[]): Promise<PulseMQClient> {
    const client = new PulseMQClient({ servers, username: 'admin', token: this.token });
    onTestFinished(() => client.close());
    await client.connect();
    return client;
  }

  /** A connected client that is closed after the test. */
  async connected(options: Partial<ClientOptions> = {}): Promise<PulseMQClient> {
    const client = this.client(options);
    await client.connect();
    return client;
  }
}
