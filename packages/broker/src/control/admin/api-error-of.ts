import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { PasswordQueueFullError } from '../auth/passwords.js';
import { BackupError } from '../store/backup/backup-error.js';
import { BackupRunningError } from '../store/backup/backups.js';
import { PendingFileFullError } from '../store/pending/pending-file.js';
import { DuplicateError } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import { ApiError } from './api-error.js';
import { fieldProblem, type SchemaProblem } from './field-problem.js';

/** What a caller gets for an error of a handler or of the framework; undefined for a bug of the broker. */
export function apiErrorOf(error: FastifyError): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return validationError(error);
  if (error instanceof DuplicateError) return new ApiError(409, 'DUPLICATE', error.message);
  if (error instanceof PasswordQueueFullError) {
    return new ApiError(429, 'BUSY', error.message, { retryAfterSeconds: 1 });
  }
  if (error instanceof StoreError) return new ApiError(503, error.code, error.message, { retryAfterSeconds: 1 });
  if (error instanceof BackupRunningError) return new ApiError(409, 'BACKUP_RUNNING', error.message);
  if (error instanceof BackupError) return new ApiError(503, error.code, error.message);
  if (error instanceof PendingFileFullError) {
    return new ApiError(503, 'NOT_KEPT', `the change works until the broker stops and is not stored: ${error.message}`);
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

/** Texts for errors of the framework whose own text says too little. */
const texts: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send the body as JSON, with "Content-Type: application/json"',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not valid JSON, or has a forbidden key such as "__proto__"',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the path is too long',
};

/** Problems that an answer lists: a large body may have a hundred thousand. */
const detailMaxCount = 100;

function validationError(error: FastifyError & { validationContext?: string }): ApiError {
  const context = error.validationContext ?? 'request';
  const where = context === 'querystring' ? 'query' : context;
  const problems = (error.validation ?? []) as readonly SchemaProblem[];
  const details = problems.slice(0, detailMaxCount).map((problem) => fieldProblem(where, problem));
  const [first] = details;
  const message = first === undefined ? error.message : `${first.field}: ${first.problem}`;
  return new ApiError(400, 'BAD_INPUT', message, { details });
}
