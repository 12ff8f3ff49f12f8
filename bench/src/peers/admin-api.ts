import type { AdminAddress } from '../wire/peer-wire.js';

/** A call that the API answered with another status than 2xx. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** The broker's HTTP API, as far as the suite uses it. Calls reject with an ApiError for every status but 2xx. */
export class AdminApi {
  /** Of the log-in. */
  readonly token: string;
  readonly #base: string;

  constructor(port: number, token: string) {
    this.#base = baseOf(port);
    this.token = token;
  }

  static async logIn({ port, username, password }: AdminAddress): Promise<AdminApi> {
    const { token } = await call<{ token: string }>('POST', `${baseOf(port)}/login`, {}, { username, password });
    return new AdminApi(port, token);
  }

  get<Answer>(path: string): Promise<Answer> {
    return call('GET', `${this.#base}${path}`, this.#headers);
  }

  post<Answer>(path: string, body: object): Promise<Answer> {
    return call('POST', `${this.#base}${path}`, this.#headers, body);
  }

  put<Answer>(path: string, body: object): Promise<Answer> {
    return call('PUT', `${this.#base}${path}`, this.#headers, body);
  }

  delete<Answer>(path: string): Promise<Answer> {
    return call('DELETE', `${this.#base}${path}`, this.#headers);
  }

  get #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }
}

const baseOf = (port: number): string => `http://127.0.0.1:${port}`;

async function call<Answer>(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new ApiError(response.status, `${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
