import type { AdminAddress } from '../wire/peer-wire.js';

/** The broker's HTTP API as the suite uses it. */
export class AdminApi {
  readonly #base: string;
  readonly #token: string;

  private constructor(base: string, token: string) {
    this.#base = base;
    this.#token = token;
  }

  static async logIn({ port, username, password }: AdminAddress): Promise<AdminApi> {
    const base = `http://127.0.0.1:${port}`;
    const { token } = await call<{ token: string }>(`${base}/login`, {}, { username, password });
    return new AdminApi(base, token);
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }

  post<Answer>(path: string, body: object): Promise<Answer> {
    return call(`${this.#base}${path}`, this.headers, body);
  }
}

async function call<Answer>(url: string, headers: Record<string, string>, body: object): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
