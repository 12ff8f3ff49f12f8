import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** One request to the HTTP API. */
export interface AdminCall {
  readonly port: number;
  /** Authority of the broker's certificate; undefined for HTTP without TLS. */
  readonly ca: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
  /** Token of a log-in. */
  readonly jwt: string | undefined;
}

/** Resolves with the JSON of the answer. Rejects with the answer when the broker refuses. `fetch` takes no certificates. */
export async function adminCall<Body>({ port, ca, method, path, body, jwt }: AdminCall): Promise<Body> {
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(jwt !== undefined && { authorization: `Bearer ${jwt}` }),
  };
  const options = { host: '127.0.0.1', port, path, method, headers, agent: false as const };
  const request = ca === undefined ? requestHttp(options) : requestHttps({ ...options, ca });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answer = await text(response);
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${answer}`);
  return JSON.parse(answer) as Body;
}
