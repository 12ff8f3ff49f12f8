import type { FastifySchema, RouteOptions } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Refusals that only this route knows, such as 409. */
    refuses?: readonly number[];
  }
}

interface Described {
  readonly schema: FastifySchema;
  readonly url: string;
}

/** Puts in place of "some refusal" the refusals the route has, and says who may call it. */
export function tellAnswers({ schema, url }: Described, route: RouteOptions): Described {
  if (schema.hide === true) return { schema, url };
  const { '4xx': refusal, ...answers } = (schema.response ?? {}) as Record<string, object>;
  if (refusal !== undefined) {
    for (const status of refusalsOf(schema, route)) {
      answers[status] = refusal;
    }
  }
  const access = route.config?.access;
  return {
    schema: { ...schema, ...(access === 'open' ? {} : { security: [{ login: [] }] }), response: answers },
    url,
  };
}

/** 400 a field is wrong, 413 and 415 the body is, 401 and 403 the caller is, 404 and 414 the path is. */
function refusalsOf(schema: FastifySchema, { config }: RouteOptions): number[] {
  const hasBody = schema.body !== undefined;
  const takesInput = hasBody || schema.params !== undefined || schema.querystring !== undefined;
  return [
    ...(takesInput ? [400] : []),
    ...(config?.access === 'open' ? [] : [401, 403]),
    ...(schema.params === undefined ? [] : [404, 414]),
    ...(hasBody ? [413, 415] : []),
    ...(config?.refuses ?? []),
  ];
}
