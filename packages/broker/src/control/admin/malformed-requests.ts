import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiErrorBody } from '@pulsemq/protocol';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { ApiError } from './api-error.js';

/** Requests that Node's HTTP server would answer by itself, without a JSON body. */

const jsonType = 'application/json; charset=utf-8';

const errorJson = (code: string, error: string): string =>
  JSON.stringify({ error, code, request_id: randomUUID() } satisfies ApiErrorBody);

const clientErrors: Record<string, [status: number, code: string, message: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'TIMEOUT', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'TOO_LARGE', 'the headers are too long'],
};

/** A whole refusal as bytes, for a connection that Node's HTTP server does not answer. The caller ends the connection behind it. */
export function rawRefusal(status: number, code: string, why: string): string {
  const json = errorJson(code, why);
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${jsonType}\r\n` +
    `content-length: ${Buffer.byteLength(json)}\r\nconnection: close\r\n\r\n${json}`
  );
}

/** Answers bytes that are not HTTP, and closes the connection. */
export function refuseClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, code, message] = clientErrors[error.code ?? ''] ?? [400, 'BAD_REQUEST', 'this is not an HTTP request'];
  socket.end(rawRefusal(status, code, message));
}

/** Answers a request without the header Host, and one with an unknown Expect. */
export function refuseHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw new ApiError(400, 'BAD_REQUEST', 'an HTTP/1.1 request needs the header Host');
    }
  });
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const json = errorJson('BAD_REQUEST', 'the header Expect may only be 100-continue');
    const headers = { 'content-type': jsonType, 'content-length': Buffer.byteLength(json), connection: 'close' };
    response.writeHead(417, headers).end(json);
  });
}
