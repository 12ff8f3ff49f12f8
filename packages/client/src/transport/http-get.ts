import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import type { HttpAnswer, HttpGet } from '../core/http-get.js';

/**
 * Sends a GET and takes in the whole answer. Follows no redirect, so that credentials go to the given host only. Rejects with the error of the
 * socket, or with the reason of the signal. `fetch` of Node takes no authorities.
 */
export const httpGet = ({ url, headers, tls, signal }: HttpGet): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? signal.reason : error);
    const onAnswer = (answer: IncomingMessage): void => {
      wholeBody(answer).then((body) => resolve(answerOf(answer, body)), fail);
    };
    // An agent of its own: no connection stays open afterwards.
    const options = { headers, signal, agent: false } as const;
    const sent = url.startsWith('https:')
      ? getHttps(url, { ...options, minVersion: 'TLSv1.2', ...tlsOf(tls) }, onAnswer)
      : getHttp(url, options, onAnswer);
    sent.on('error', fail);
  });

const tlsOf = ({ ca, serverName }: HttpGet['tls']): object => ({
  ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : Buffer.from(ca) }),
  ...(serverName !== undefined && { servername: serverName }),
});

async function wholeBody(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, body: Uint8Array): HttpAnswer => ({
  status: statusCode,
  header: (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  },
  body,
});
