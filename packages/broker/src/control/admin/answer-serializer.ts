import type { FastifySerializerCompiler } from 'fastify';
import { z } from 'zod';

/**
 * Answers as the document of the API says they are, and nothing else in them: what is not in the schema is left out, and what
 * does not fit it is a mistake of ours and throws. Parsed, not encoded: no answer has a codec, and encoding checks everything twice.
 */
export const answerSerializer: FastifySerializerCompiler<z.ZodType> =
  ({ schema, method, url }) =>
  (data) => {
    const checked = z.safeParse(schema, data);
    if (checked.success) return JSON.stringify(checked.data);
    throw new Error(`the answer of ${method} ${url} is not what its schema says`, { cause: checked.error });
  };
