import { STATUS_CODES } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import type { AdminApp } from '../admin-app.js';
import { describeAnswers } from './answers.js';

type Operation = OpenAPIV3_1.OperationObject;

const description = `The HTTP API of a PulseMQ broker: everything its console does, and more.

Log in with \`POST /login\` and send the token as \`Authorization: Bearer <token>\`. Names are in snake_case, times are ISO 8601 in
UTC, rates are per second. Lists are plain arrays, paged by \`limit\` and \`offset\`; the total is in the header \`X-Total-Count\`.
An error is JSON: \`error\` is a sentence for people, \`code\` a word for programs, \`details\` lists wrong fields, and \`request_id\`
finds the call in the log.`;

const tags = [
  ['log-in', 'Logging in and out, and your own account'],
  ['users', 'Users, their passwords and their tokens'],
  ['namespaces', 'Namespaces, which hold the topics'],
  ['permissions', 'Roles of users in namespaces'],
  ['topics', 'Topics, their last values and subscribers, and publishing'],
  ['connections', 'Connections of clients, and ending them'],
  ['live', 'Streams of server-sent events'],
  ['statistics', 'Figures of this moment and over time'],
  ['cluster', 'The brokers of the cluster'],
  ['alerts', 'Alerts, the rules they fire for, and the webhooks they are sent to'],
  ['audit', 'The audit log'],
  ['logs', 'The newest lines of the log of the broker'],
  ['settings', 'The effective configuration, and all definitions as one file'],
  ['health', 'Whether the broker is up, and this document'],
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
      components: {
        securitySchemes: {
          login: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          token: { type: 'http', scheme: 'basic', description: 'Name and token of a user, as on the wire' },
        },
      },
    },
    exposeHeadRoutes: false,
    transform: (route) => describeAnswers(toJsonSchema(route), route.route),
    transformObject: createJsonSchemaTransformObject({}),
  });
}

/** The OpenAPI document of all routes. Call it once, when the app is ready; the document does not change after that. */
export function apiDocument(app: AdminApp): OpenAPIV3_1.Document {
  const document = JSON.parse(JSON.stringify(app.swagger()), withoutReadOnly) as OpenAPIV3_1.Document;
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) completeOperation(operation as Operation);
  }
  while (dropUnused(document));
  return document;
}

/** zod makes `readonly` types `readOnly` in JSON Schema, where it means that a request must not have the field. */
const withoutReadOnly = (key: string, value: unknown): unknown =>
  key === 'readOnly' && value === true ? undefined : value;

/** Adds what the schemas cannot express. */
function completeOperation({ parameters = [], responses = {}, requestBody }: Operation): void {
  if (requestBody !== undefined && 'content' in requestBody) completeBody(requestBody);
  for (const parameter of parameters) {
    if ('schema' in parameter) completeDefault(parameter.schema as Record<string, unknown>);
  }
  for (const [status, answer] of Object.entries(responses)) {
    if ('description' in answer && answer.description === 'Default Response') {
      answer.description = STATUS_CODES[status] ?? status;
    }
  }
  const unchanged = responses['304'];
  // An answer without a body.
  if (unchanged !== undefined && 'content' in unchanged) delete unchanged.content;
  const isPaged =
    parameters.some((parameter) => 'name' in parameter && parameter.name === 'limit') &&
    responses['200'] !== undefined &&
    !('headers' in responses['200']);
  const answer = responses['200'];
  if (!isPaged || answer === undefined || '$ref' in answer) return;
  answer.headers = {
    'X-Total-Count': { description: 'Number of rows on all pages', schema: { type: 'integer', minimum: 0 } },
  };
}

/** A body that may be null may be left out. */
function completeBody(body: OpenAPIV3_1.RequestBodyObject): void {
  const { anyOf = [] } = (body.content['application/json']?.schema ?? {}) as { anyOf?: { type?: string }[] };
  if (anyOf.some(({ type }) => type === 'null')) body.required = false;
}

/** zod drops the default when it converts these schemas, so `x-default` carries it. */
function completeDefault(schema: Record<string, unknown>): void {
  const { 'x-default': initial } = schema;
  if (initial === undefined) return;
  delete schema['x-default'];
  schema.default = initial;
}

/** Drops schemas ending in `Input` that nothing refers to: zod makes one for each named schema. True when one was dropped. */
function dropUnused(document: OpenAPIV3_1.Document): boolean {
  const schemas = document.components?.schemas ?? {};
  const text = JSON.stringify(document);
  const unused = Object.keys(schemas).filter(
    (name) => name.endsWith('Input') && !text.includes(`"#/components/schemas/${name}"`),
  );
  for (const name of unused) delete schemas[name];
  return unused.length > 0;
}
