import type { ApiErrorBody } from '@pulsemq/protocol';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logging.js';
import { ApiError } from './api-error.js';
import { apiErrorOf } from './api-error-of.js';
import { newNote } from './audit-trail.js';

const jsonType = 'application/json; charset=utf-8';

/** Sends every error answer as JSON. Only a bug of the broker answers 500. */
export function handleErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = apiErrorOf(error);
    if (known === undefined) {
      log.error({ err: error }, `${request.method} ${request.routeOptions.url ?? ''} failed, request ${request.id}`);
    }
    return send(
      request,
      reply,
      known ?? new ApiError(500, 'INTERNAL', `internal error; see request ${request.id} in the log`),
    );
  });
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, new ApiError(404, 'NOT_FOUND', `no such route: ${request.method} ${pathOf(request.url)}`)),
  );
}

/** Answers a path that cannot be decoded, or has a part that is too long. Fastify has matched no route and run no hook by then. */
export function refusePath(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  request.audit = newNote(request);
  send(request, reply, apiErrorOf(error) ?? new ApiError(400, 'BAD_INPUT', error.message));
}

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

const pathOf = (url: string): string => url.split('?')[0]!.slice(0, 200);
