import type { FastifySerializerCompiler } from 'fastify';
import { z } from 'zod';

/**
 * Makes answers match the OpenAPI document: fields that are not in the schema are left out, and a value that does not fit it is a bug
 * and throws. Uses `parse`, because zod's `encode` checks everything twice, and no schema of an answer has a codec.
 */
export const answerSerializer: FastifySerializerCompiler<z.ZodType> =
  ({ schema, method, url }) =>
  (data) => {
    const checked = z.safeParse(schema, data);
    if (checked.success) return JSON.stringify(checked.data);
    throw new Error(`the answer of ${method} ${url} does not match its schema`, { cause: checked.error });
  };
