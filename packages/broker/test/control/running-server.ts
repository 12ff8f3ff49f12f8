import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The built one: its engine and its password thread are files that Node loads by itself.
import { PulseMQServer, type ServerOptions } from '@pulsemq/broker';
import { ticketPrefix } from '@pulsemq/protocol';
import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { WirePeer } from '../engine/wire-peer.js';
import { fillStartedFolder } from './started-folder.js';

/** Parts of a server that a test may bring along. */
type Parts = Pick<ServerOptions, 'engine' | 'examplesFolder'>;

/** What an HTTP call answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'pulsemq-test-'));

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Nothing in it changes where the database is, or whose log-ins count. */
const isOrdinary = ({ auth, storage }: ConfigInput): boolean => storage === undefined && auth?.jwt_secret === undefined;

/** A whole broker on free ports, in a folder of its own, and its admin logged in. */
export class RunningServer {
  readonly folder: string;
  readonly server: PulseMQServer;
  readonly log: string[];
  readonly admin: { username: string; password: string; token: string; role: string };
  /** The admin's log-in. */
  jwt = '';

  private constructor(folder: string, server: PulseMQServer, log: string[]) {
    this.folder = folder;
    this.server = server;
    this.log = log;
    this.admin = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
  }

  /** Runs until the test is over. */
  static async start(config: ConfigInput = {}, folder?: string, more: Parts = {}): Promise<RunningServer> {
    const running = await RunningServer.open(config, folder, more);
    onTestFinished(() => (folder === undefined ? running.close() : running.server.stop()));
    return running;
  }

  /**
   * Runs until `close`: for a whole file of tests that leave it as they found it. In the folder that is given, or in one that has
   * seen a first start already.
   */
  static async open(config: ConfigInput = {}, folder?: string, more: Parts = {}): Promise<RunningServer> {
    if (folder === undefined && isOrdinary(config)) {
      const started = newFolder();
      const jwt = await fillStartedFolder(started);
      const running = await RunningServer.#open(config, started, more);
      running.jwt = jwt;
      return running;
    }
    const running = await RunningServer.#open(config, folder ?? newFolder(), more);
    running.jwt = (await running.logIn('admin', running.admin.password)).token;
    return running;
  }

  static async #open(config: ConfigInput, folder: string, more: Parts): Promise<RunningServer> {
    const log: string[] = [];
    const server = new PulseMQServer({
      ...more,
      config: { ...config, server: { host: '127.0.0.1', pub_port: 0, admin_port: 0, ...config.server } },
      workingDirectory: folder,
      console: { write: (line) => log.push(line) },
    });
    await server.start();
    return new RunningServer(folder, server, log);
  }

  async close(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A call with the admin's log-in, or another, or none. */
  async call(method: string, path: string, body?: unknown, jwt: string | null = this.jwt): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.server.addresses.adminPort}${path}`, {
      method,
      headers: {
        ...(jwt === null ? {} : { authorization: `Bearer ${jwt}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  /** The body of a call that must succeed. */
  async ok<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    jwt = this.jwt,
  ): Promise<Body> {
    const answer = await this.call(method, path, body, jwt);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Body;
  }

  async logIn(username: string, password: string): Promise<{ token: string; must_change_password: boolean }> {
    return this.ok('POST', '/login', { username, password });
  }

  /** A new user, maybe with a role in a namespace; answers its id and token. */
  async user(
    username: string,
    namespaceId?: number,
    role?: string,
    more: Record<string, unknown> = {},
  ): Promise<{ id: number; token: string }> {
    const user = await this.ok<{ id: number; token: string }>('POST', '/api/users', { username, ...more });
    if (namespaceId !== undefined) {
      await this.ok('POST', `/api/namespaces/${namespaceId}/permissions`, { user_id: user.id, role });
    }
    return user;
  }

  /** An authenticated request connection. */
  async wire(username: string, token: string): Promise<WirePeer & { ticket: string }> {
    const peer = await WirePeer.open(this.server.addresses.pubPort, { socketType: 'DEALER' });
    onTestFinished(async () => {
      await peer.close();
    });
    const { body } = await peer.auth(username, token);
    if (body.status !== 'AUTH_OK') throw new Error(JSON.stringify(body));
    return Object.assign(peer, { ticket: String(body.ticket) });
  }

  /** A subscriber connection bound to the session with this ticket. */
  async bound({ ticket }: { ticket: string }): Promise<WirePeer> {
    const peer = await WirePeer.open(this.server.addresses.subPort, { socketType: 'XSUB' });
    onTestFinished(async () => {
      await peer.close();
    });
    peer.subscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket)]));
    await peer.delivery();
    return peer;
  }
}
