import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { guardRoutes } from './access.js';
import type { AdminApp } from './admin-app.js';
import type { AdminContext } from './admin-context.js';
import { answerSerializer } from './answer-serializer.js';
import { keepAuditTrail } from './audit-trail.js';
import { handleErrors, refusePath } from './error-handler.js';
import { LogIns } from './log-ins.js';
import { refuseClientError, refuseHeaders } from './malformed-requests.js';
import { collectRoutes } from './openapi/api-document.js';
import { bodyLimitBytes, readJsonBodies } from './request-body.js';
import { addRoutes } from './routes/routes.js';

/** Time within which a request must arrive, a body of 16 MiB included. */
const requestTimeoutMs = 300_000;

/** Builds the HTTP API. The caller lets it listen. */
export async function buildAdminApp(context: AdminContext): Promise<AdminApp> {
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    genReqId: () => randomUUID(),
    frameworkErrors: refusePath,
    clientErrorHandler: refuseClientError,
    http: { requireHostHeader: false },
    // A sender that sends byte by byte must not keep a connection for ever. Streams are answers and have no such limit.
    requestTimeout: requestTimeoutMs,
    // A keep-alive connection of a browser must not delay the end of the broker.
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(answerSerializer);
  readJsonBodies(app);
  const logIns = new LogIns(context.store, context.passwords, context.tokens);
  await logIns.load();
  // Not awaited: a store that cannot be written must not hold up the start.
  logIns.removeExpired().catch((error: unknown) => context.report('removing expired log-ins', error));
  keepAuditTrail(app, context.audit);
  handleErrors(app, context.log);
  refuseHeaders(app);
  guardRoutes(app, logIns, context.effective.config.auth.force_password_change);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  });
  await collectRoutes(app, context.version);
  await addRoutes(app, context, logIns);
  return app;
}
