import { request } from 'node:https';
import { Readable } from 'node:stream';

/** What a call needs of `fetch`. */
interface Call {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** `fetch` with authorities of its own: that of Node takes none. Follows no redirect. */
export const fetchTrusting = (url: string, ca: string, { method, headers, body, signal }: Call): Promise<Response> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal, ca, minVersion: 'TLSv1.2' }, (answer) => {
      const stream = Readable.toWeb(answer) as ReadableStream<Uint8Array>;
      const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      resolve(new Response(stream, { status: answer.statusCode ?? 500, headers: given }));
    });
    // The cause is where the message of an error of `fetch` is.
    sent.on('error', (error) => reject(error.name === 'AbortError' ? signal.reason : new Error('', { cause: error })));
    sent.end(body);
  });
