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
  readonly #server: PulseMQServer;

  private constructor(folder: string, server: PulseMQServer) {
    this.#server = server;
    this.pubPort = server.addresses.pubPort;
    this.subPort = server.addresses.subPort;
    this.token = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8')).token;
  }

  /** Starts a broker that is stopped after the test. */
  static async start(config: ConfigInput = {}): Promise<TestBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'pulsemq-client-'));
    await fillStartedFolder(folder);
    const whole = { ...config, server: { host: '127.0.0.1', pub_port: await lastingPorts(), admin_port: 0 } };
    const server = new PulseMQServer({ config: whole, workingDirectory: folder, console: null });
    await server.start();
    const broker = new TestBroker(folder, server);
    onTestFinished(async () => {
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    return broker;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Stops the broker, which closes all connections, and starts it again on the same ports. For SIGKILL see the resilience tests. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#server.start();
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
