import { randomUUID } from 'node:crypto';
import { type FastifyInstance, fastify } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { guardRoutes } from './access.js';
import type { AdminContext } from './admin-context.js';
import { answerAfterEngine } from './answer-after-engine.js';
import { answerSerializer } from './answer-serializer.js';
import { keepAuditTrail } from './audit-trail.js';
import { answerBadHeaders, answerBadPath, answerClientError, handleErrors } from './error-handler.js';
import { LogIns } from './log-ins.js';
import { collectRoutes } from './openapi/api-document.js';
import { bodyLimitBytes, continueAfterChecks, readJsonBodies } from './request-body.js';
import { auditRoutes } from './routes/audit-logs.js';
import { connectionRoutes } from './routes/connections.js';
import { consoleRoutes } from './routes/console.js';
import { definitionRoutes } from './routes/definitions.js';
import { docsRoutes } from './routes/docs.js';
import { grantRoutes } from './routes/grants.js';
import { healthRoutes } from './routes/health.js';
import { historyRoutes } from './routes/history.js';
import { loginRoutes } from './routes/login.js';
import { metricsRoutes } from './routes/metrics.js';
import { namespaceRoutes } from './routes/namespaces.js';
import { permissionCheckRoutes } from './routes/permission-check.js';
import { publishRoutes } from './routes/publish.js';
import { settingRoutes } from './routes/settings.js';
import { statsRoutes } from './routes/stats.js';
import { streamRoutes } from './routes/stream.js';
import { tapRoutes } from './routes/tap.js';
import { topicMessageRoutes } from './routes/topic-messages.js';
import { topicRoutes } from './routes/topics.js';
import { userRoutes } from './routes/users.js';
import { EventStreams } from './streams/event-streams.js';

/** The HTTP server as the route files see it. */
export type AdminApp = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>;

/** Within this time a request must have arrived, a body of 16 MiB too. */
const requestTimeoutMs = 300_000;

/** Builds the HTTP API. It listens when told to. */
export async function adminApp(context: AdminContext): Promise<AdminApp> {
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    genReqId: () => randomUUID(),
    frameworkErrors: answerBadPath,
    clientErrorHandler: answerClientError,
    http: { requireHostHeader: false },
    // Who sends a request byte by byte does not keep a place for ever; streams are answers and go on.
    requestTimeout: requestTimeoutMs,
    // A keep-alive connection of a browser must not delay the end of the broker.
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(answerSerializer);
  readJsonBodies(app);
  continueAfterChecks(app);
  const logIns = new LogIns(context.store, context.passwords, context.tokens);
  await logIns.load();
  answerAfterEngine(app, context.questions);
  keepAuditTrail(app, context.store.audit);
  handleErrors(app, context.log);
  answerBadHeaders(app);
  guardRoutes(app, logIns, context.effective.config.auth.force_password_change);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  });
  await collectRoutes(app, context.version);
  loginRoutes(app, context, logIns);
  healthRoutes(app, context);
  namespaceRoutes(app, context);
  grantRoutes(app, context);
  userRoutes(app, context);
  topicRoutes(app, context);
  topicMessageRoutes(app, context);
  publishRoutes(app, context);
  connectionRoutes(app, context);
  statsRoutes(app, context);
  historyRoutes(app, context);
  metricsRoutes(app, context);
  auditRoutes(app, context);
  permissionCheckRoutes(app, context);
  settingRoutes(app, context);
  definitionRoutes(app, context);
  const streams = new EventStreams(app, logIns, (error) => context.log.error({ err: error }, 'streams not checked'));
  streamRoutes(app, context, streams);
  tapRoutes(app, context, streams);
  docsRoutes(app);
  await consoleRoutes(app);
  return app;
}
