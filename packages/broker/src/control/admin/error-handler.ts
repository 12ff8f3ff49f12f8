import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiErrorBody } from '@pulsemq/protocol';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { PasswordQueueFullError } from '../auth/passwords.js';
import type { Logger } from '../logging/logging.js';
import { DuplicateError } from '../store/store.js';
import { ApiError } from './api-error.js';
import { newNote } from './audit-trail.js';
import { fieldProblem, type SchemaProblem } from './field-problem.js';

/** Every answer that is not a success is JSON, and only a mistake of ours is a 500. */
export function handleErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = apiErrorOf(error);
    if (known === undefined) {
      log.error({ err: error }, `${request.method} ${request.routeOptions.url ?? ''} failed, request ${request.id}`);
    }
    return send(request, reply, known ?? new ApiError(500, 'INTERNAL', 'the broker made a mistake; its log says more'));
  });
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, new ApiError(404, 'NOT_FOUND', `there is no ${request.method} ${pathOf(request.url)}`)),
  );
}

/** Answers a path that no route was looked for: it cannot be decoded, or a part of it is too long. No hook has run. */
export function answerBadPath(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  request.audit = newNote(request);
  send(request, reply, apiErrorOf(error) ?? new ApiError(400, 'BAD_INPUT', error.message));
}

/** Answers bytes that are no request of HTTP, and hangs up. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, code, message] = clientErrors[error.code ?? ''] ?? [400, 'BAD_REQUEST', 'this is no HTTP request'];
  const json = errorJson(code, message);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${jsonType}\r\n` +
      `content-length: ${Buffer.byteLength(json)}\r\nconnection: close\r\n\r\n${json}`,
  );
}

/** Answers what Node would answer by itself, without a body: a missing Host, and an Expect nobody knows. */
export function answerBadHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
      throw new ApiError(400, 'BAD_REQUEST', 'a request of HTTP/1.1 needs the header Host');
    }
  });
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const json = errorJson('BAD_REQUEST', 'the only Expect that is met is 100-continue');
    const headers = { 'content-type': jsonType, 'content-length': Buffer.byteLength(json), connection: 'close' };
    response.writeHead(417, headers).end(json);
  });
}

const jsonType = 'application/json; charset=utf-8';

const errorJson = (code: string, error: string): string =>
  JSON.stringify({ error, code, request_id: randomUUID() } satisfies ApiErrorBody);

const clientErrors: Record<string, [status: number, code: string, message: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'TIMEOUT', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'TOO_LARGE', 'the headers are too long'],
};

/** Answers a refusal. */
function send(request: FastifyRequest, reply: FastifyReply, error: ApiError): FastifyReply {
  request.audit.result = error.code;
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  const body: ApiErrorBody = {
    error: error.message,
    code: error.code,
    ...(error.details === undefined ? {} : { details: error.details }),
    request_id: request.id,
  };
  return reply.status(error.status).type(jsonType).serializer(JSON.stringify).send(body);
}

function apiErrorOf(error: FastifyError): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return validationError(error);
  if (error instanceof DuplicateError) return new ApiError(409, 'DUPLICATE', error.message);
  if (error instanceof PasswordQueueFullError) {
    return new ApiError(429, 'BUSY', error.message, { retryAfterSeconds: 1 });
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return undefined;
  return new ApiError(status, codeOfStatus[status] ?? 'BAD_REQUEST', texts[error.code] ?? error.message);
}

const codeOfStatus: Record<number, string> = {
  400: 'BAD_INPUT',
  413: 'TOO_LARGE',
  414: 'TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Where the framework's own words help nobody. */
const texts: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send the body as JSON, with "Content-Type: application/json"',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON, or has a key that is not allowed in it',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the path is too long',
};

/** Wrong fields that are told: a large body may have a hundred thousand. */
const detailMaxCount = 100;

function validationError(error: FastifyError & { validationContext?: string }): ApiError {
  const context = error.validationContext ?? 'request';
  const where = context === 'querystring' ? 'query' : context;
  const problems = (error.validation ?? []) as readonly SchemaProblem[];
  const details = problems.slice(0, detailMaxCount).map((problem) => fieldProblem(where, problem));
  const [first] = details;
  return new ApiError(400, 'BAD_INPUT', first === undefined ? error.message : `${first.field}: ${first.problem}`, {
    details,
  });
}

const pathOf = (url: string): string => url.split('?')[0]!.slice(0, 200);
