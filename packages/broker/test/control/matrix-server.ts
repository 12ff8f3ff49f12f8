import { randomBytes } from 'node:crypto';
import { type Call, type RouteName, type Supplies, startWithRoutes } from './route-table.js';
import type { RunningServer } from './running-server.js';

export const roles = [
  'nobody',
  'userWithoutRights',
  'namespaceAdmin',
  'adminOnly',
  'superAdmin',
  'mustChangePassword',
] as const;
export type Role = (typeof roles)[number];

interface Person {
  username: string;
  password: string;
  token: string | null;
}

const nobody: Person = { username: 'nobody', password: 'no password', token: null };

/** What one call did. */
export interface Outcome {
  readonly status: number;
  readonly code: string | null;
  readonly auditRows: number;
}

/**
 * A broker on which everybody of the matrix is logged in, and on which generated passwords must be changed. The super_admin has
 * changed its own.
 */
export class MatrixServer {
  readonly running: RunningServer;
  readonly routes: readonly RouteName[];
  readonly #people = new Map<Role, Person>();
  readonly #rootJwt: string;
  #nameCount = 0;

  private constructor(running: RunningServer, routes: readonly RouteName[], rootJwt: string) {
    this.running = running;
    this.routes = routes;
    this.#rootJwt = rootJwt;
  }

  static async open(): Promise<MatrixServer> {
    const { running, routes } = await startWithRoutes({ auth: { force_password_change: true } });
    const change = { current_password: running.admin.password, new_password: 'root password' };
    const { token } = await running.ok<{ token: string }>('POST', '/api/auth/password', change);
    const server = new MatrixServer(running, routes, token);
    await server.#populate();
    return server;
  }

  /** Calls a route well, in somebody's name. */
  async outcome(role: Role, method: string, makeCall: (supplies: Supplies) => Call | Promise<Call>): Promise<Outcome> {
    const person = this.#people.get(role)!;
    if (role !== 'nobody') person.token ??= await this.#logInAs(role, person);
    const { path, body } = await makeCall(this.#supplies(person));
    return this.call(method, path, body, person.token);
  }

  /** A call, and how many audit rows there are more afterwards. */
  async call(method: string, path: string, body: unknown, token: string | null): Promise<Outcome> {
    const before = await this.#auditCount();
    const { status, code } = await this.#send(method, path, body, token);
    return { status, code, auditRows: (await this.#auditCount()) - before };
  }

  tokenOf(role: Role): string | null {
    return this.#people.get(role)!.token;
  }

  /** Somebody's log-in has ended, and maybe its password is another; who must change a generated one gets a new one. */
  async forget(role: Role, password?: string): Promise<void> {
    const person = this.#people.get(role)!;
    person.token = null;
    person.password = password ?? person.password;
    if (role !== 'mustChangePassword' || password === undefined) return;
    const path = `/api/users/${await this.#idOf(person.username)}/password`;
    person.password = (await this.root<{ password: string }>('POST', path, {})).password;
  }

  root<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Body> {
    return this.running.ok<Body>(method, path, body, this.#rootJwt);
  }

  /** Bodies of streams are not waited for: they never end. */
  async #send(method: string, path: string, body: unknown, token: string | null) {
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${this.running.server.addresses.adminPort}${path}`, {
      method,
      signal: abort.signal,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isError = response.status >= 400 && method !== 'HEAD';
    const code = isError ? ((await response.json()) as { code: string }).code : null;
    abort.abort();
    return { status: response.status, code };
  }

  async #auditCount(): Promise<number> {
    const answer = await this.running.call('GET', '/api/audit-logs?limit=1', undefined, this.#rootJwt);
    return Number(answer.headers.get('x-total-count'));
  }

  async #populate(): Promise<void> {
    await this.root('POST', '/api/namespaces', { name: 'own', keep_last_value: true });
    await this.root('POST', '/api/namespaces', { name: 'other' });
    this.#people.set('nobody', nobody);
    this.#people.set('superAdmin', await this.#person('super_admin'));
    this.#people.set('adminOnly', await this.#person('admin_only'));
    this.#people.set('namespaceAdmin', await this.#person('mq_normal', 1));
    this.#people.set('userWithoutRights', { ...(await this.#person('mq_normal', 1)), token: null });
    const username = this.#name();
    const made = await this.root<{ password: string }>('POST', '/api/users', { username, user_type: 'admin_only' });
    this.#people.set('mustChangePassword', { username, password: made.password, token: null });
    this.running.jwt = this.#rootJwt;
  }

  /** A user that has chosen its password and is logged in. */
  async #person(user_type: string, namespaceId?: number): Promise<Person> {
    const username = this.#name();
    const password = 'first password';
    const { id } = await this.root<{ id: number }>('POST', '/api/users', { username, user_type, password });
    if (namespaceId !== undefined) {
      await this.root('POST', `/api/namespaces/${namespaceId}/permissions`, { user_id: id, role: 'admin' });
    }
    const person: Person = { username, password, token: null };
    const change = { current_password: password, new_password: 'second password' };
    const { token } = await this.running.ok<{ token: string }>(
      'POST',
      '/api/auth/password',
      change,
      await this.#logIn(person),
    );
    return { username, password: change.new_password, token };
  }

  /** A user that has lost its rights has logged in while it had them. */
  async #logInAs(role: Role, person: Person): Promise<string> {
    if (role !== 'userWithoutRights') return this.#logIn(person);
    const user_id = await this.#idOf(person.username);
    await this.root('POST', '/api/namespaces/1/permissions', { user_id, role: 'admin' });
    const token = await this.#logIn(person);
    await this.root('DELETE', `/api/namespaces/1/permissions/${user_id}`);
    return token;
  }

  async #logIn({ username, password }: Person): Promise<string> {
    return (await this.running.logIn(username, password)).token;
  }

  async #idOf(username: string): Promise<number | undefined> {
    const users = await this.root<{ id: number; username: string }[]>('GET', `/api/users?text=${username}`);
    return users.find((user) => user.username === username)?.id;
  }

  #name(): string {
    this.#nameCount += 1;
    return `name${this.#nameCount}`;
  }

  #supplies(person: Person): Supplies {
    const user = async (user_type = 'mq_normal'): Promise<number> =>
      (await this.root<{ id: number }>('POST', '/api/users', { username: this.#name(), user_type })).id;
    return {
      ownNamespaceId: 1,
      user,
      name: () => this.#name(),
      userKey: async () => {
        const path = `/api/users/${await user()}/keys`;
        const { id } = await this.root<{ id: number }>('POST', path, { key: randomBytes(32).toString('hex') });
        return `${path}/${id}`;
      },
      namespace: async () => (await this.root<{ id: number }>('POST', '/api/namespaces', { name: this.#name() })).id,
      topic: () => this.#topic(),
      granted: async () => {
        const user_id = await user();
        await this.root('POST', '/api/namespaces/1/permissions', { user_id });
        return user_id;
      },
      connection: () => this.#connection(),
      alert: () => this.#alert(),
      alertRule: async () => {
        const body = { name: this.#name(), kind: 'drops', threshold: 1e9 };
        return (await this.root<{ id: number }>('POST', '/api/alert-rules', body)).id;
      },
      webhook: async () => {
        const [present] = await this.root<{ id: number }[]>('GET', '/api/webhooks');
        if (present !== undefined) return present.id;
        const body = { name: this.#name(), url: 'http://127.0.0.1:1/', is_enabled: false };
        return (await this.root<{ id: number }>('POST', '/api/webhooks', body)).id;
      },
      credentials: { username: person.username, password: person.password },
    };
  }

  async #topic(): Promise<number> {
    const topic = this.#name();
    await this.root('POST', '/api/publish', { namespace: 'own', topic, format: 'string', data: 'x' });
    for (;;) {
      const [found] = await this.root<{ id: number }[]>('GET', `/api/topics?namespace=own&text=${topic}`);
      if (found !== undefined) return found.id;
    }
  }

  /** One that fires already, or a new one. */
  async #alert(): Promise<number> {
    const firing = () => this.root<{ id: number }[]>('GET', '/api/alerts?state=firing');
    let [alert] = await firing();
    if (alert !== undefined) return alert.id;
    await this.root('POST', '/api/alert-rules', { name: this.#name(), kind: 'memory', threshold: 1 });
    while (alert === undefined) [alert] = await firing();
    return alert.id;
  }

  async #connection(): Promise<string> {
    const { username, token } = await this.root<{ username: string; token: string }>('POST', '/api/users', {
      username: this.#name(),
    });
    await this.running.wire(username, token);
    for (;;) {
      const [found] = await this.root<{ connection_id: string }[]>('GET', `/api/connections?text=${username}`);
      if (found !== undefined) return found.connection_id;
    }
  }
}

/** True for what changes things. */
export const isMutating = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);
