import { STATUS_CODES } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import type { AdminApp } from '../admin-app.js';
import { tellAnswers } from './answers.js';

type Operation = OpenAPIV3_1.OperationObject;

const description = `The HTTP API of a PulseMQ broker: everything its console does, and more.

Log in with \`POST /login\` and send the token as \`Authorization: Bearer <token>\`. Names are in snake_case, times are ISO 8601 in
UTC, rates are per second. Lists are plain arrays, paged by \`limit\` and \`offset\`; the total is in the header \`X-Total-Count\`.
Whatever is not a success is JSON with a sentence for people (\`error\`), a word for programs (\`code\`), \`details\` of bad fields
and a \`request_id\` that stands in the log.`;

const tags = [
  ['log-in', 'Logging in and out, and what concerns your own log-in'],
  ['users', 'Users, their passwords and their tokens'],
  ['namespaces', 'Where topics live'],
  ['permissions', 'Who may publish and subscribe where'],
  ['topics', 'What has been published to, and what passes through it'],
  ['connections', 'Who is connected, and ending it'],
  ['live', 'Server-sent events'],
  ['statistics', 'Figures of now and over time'],
  ['audit', 'Who did what'],
  ['settings', 'The configuration in force, and all definitions as one file'],
  ['health', 'Is it up'],
].map(([name, text]) => ({ name: name!, description: text! }));

/** Collects every route that is added from now on, and the schemas that validate it. */
export async function collectRoutes(app: AdminApp, version: string): Promise<void> {
  const toJsonSchema = createJsonSchemaTransform({});
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'PulseMQ', version, description },
      servers: [{ url: '/' }],
      tags,
      components: { securitySchemes: { login: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    exposeHeadRoutes: false,
    transform: (route) => tellAnswers(toJsonSchema(route), route.route),
    transformObject: createJsonSchemaTransformObject({}),
  });
}

/** The OpenAPI document of all routes. Call once the app is ready; it does not change after that. */
export function apiDocument(app: AdminApp): OpenAPIV3_1.Document {
  const document = JSON.parse(JSON.stringify(app.swagger()), withoutReadOnly) as OpenAPIV3_1.Document;
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) completeOperation(operation as Operation);
  }
  while (dropUnused(document));
  return document;
}

/** What TypeScript may not change is, to zod, what nobody may send; it is not so. */
const withoutReadOnly = (key: string, value: unknown): unknown =>
  key === 'readOnly' && value === true ? undefined : value;

/** Puts in what the schemas cannot say. */
function completeOperation({ parameters = [], responses = {}, requestBody }: Operation): void {
  if (requestBody !== undefined && 'content' in requestBody) completeBody(requestBody);
  for (const parameter of parameters)
    if ('schema' in parameter) completeDefault(parameter.schema as Record<string, unknown>);
  for (const [status, answer] of Object.entries(responses)) {
    if ('description' in answer && answer.description === 'Default Response') {
      answer.description = STATUS_CODES[status] ?? status;
    }
  }
  const isPaged = parameters.some((parameter) => 'name' in parameter && parameter.name === 'limit');
  const answer = responses['200'];
  if (!isPaged || answer === undefined || '$ref' in answer) return;
  answer.headers = {
    'X-Total-Count': { description: 'How many there are on all pages', schema: { type: 'integer', minimum: 0 } },
  };
}

/** What may be null may be left out. */
function completeBody(body: OpenAPIV3_1.RequestBodyObject): void {
  const { anyOf = [] } = (body.content['application/json']?.schema ?? {}) as { anyOf?: { type?: string }[] };
  if (anyOf.some(({ type }) => type === 'null')) body.required = false;
}

/** zod leaves the default out of what it converts. */
function completeDefault(schema: Record<string, unknown>): void {
  const { 'x-default': initial } = schema;
  if (initial === undefined) return;
  delete schema['x-default'];
  schema.default = initial;
}

/** Every named body has a second form, for input, that hardly any route takes. True when one was dropped. */
function dropUnused(document: OpenAPIV3_1.Document): boolean {
  const schemas = document.components?.schemas ?? {};
  const text = JSON.stringify(document);
  const unused = Object.keys(schemas).filter(
    (name) => name.endsWith('Input') && !text.includes(`"#/components/schemas/${name}"`),
  );
  for (const name of unused) delete schemas[name];
  return unused.length > 0;
}
