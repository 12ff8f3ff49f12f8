import type { FastifySchema, RouteOptions } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Error statuses of this route alone, such as 409. */
    refuses?: readonly number[];
  }
}

interface Described {
  readonly schema: FastifySchema;
  readonly url: string;
}

/** Replaces the error `4xx` of a schema by the statuses that the route can answer, and marks routes that need a log-in. */
export function describeAnswers({ schema, url }: Described, route: RouteOptions): Described {
  if (schema.hide === true) return { schema, url };
  const { '4xx': refusal, ...answers } = (schema.response ?? {}) as Record<string, object>;
  if (refusal !== undefined) {
    for (const status of refusalsOf(schema, route)) {
      answers[status] = refusal;
    }
  }
  return {
    schema: { ...schema, ...securityOf(route), response: answers },
    url,
  };
}

function securityOf({ config }: RouteOptions): Pick<FastifySchema, 'security'> {
  if (config?.access === 'open') return {};
  return { security: [{ login: [] }, ...(config?.takesUserToken === true ? [{ token: [] }] : [])] };
}

/** 400 for a wrong field, 401 and 403 for the caller, 404 and 414 for the path, 413 and 415 for the body. */
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
