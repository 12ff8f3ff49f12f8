import { randomUUID } from 'node:crypto';
import { type FastifyInstance, fastify } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { AddressList } from '../config/address-list.js';
import { httpConnectionCount } from '../config/limit-settings.js';
import { guardRoutes } from './access.js';
import type { AdminApp } from './admin-app.js';
import type { AdminContext } from './admin-context.js';
import { answerAfterEngine } from './answer-after-engine.js';
import { answerSerializer } from './answer-serializer.js';
import { keepAuditTrail } from './audit-trail.js';
import { refuseClearText } from './clear-text.js';
import { handleErrors, refusePath } from './error-handler.js';
import { HttpConnections } from './http/http-connections.js';
import { serveInTurns } from './http/request-turns.js';
import { KnownAddresses } from './log-in/known-addresses.js';
import { LogInAttempts } from './log-in/log-in-attempts.js';
import { LogInFlood } from './log-in/log-in-flood.js';
import { LogIns } from './log-in/log-ins.js';
import { refuseClientError, refuseHeaders } from './malformed-requests.js';
import { collectRoutes } from './openapi/api-document.js';
import { bodyLimitBytes, continueAfterChecks, readJsonBodies } from './request-body.js';
import { addRoutes } from './routes/routes.js';

/** Time within which a request must arrive, a body of 16 MiB included. */
const requestTimeoutMs = 300_000;
/** A connection without a byte in either direction for this time is closed. Streams send a comment four times in it. */
const silenceTimeoutMs = 60_000;

/** Builds the HTTP API. The caller lets it listen. */
export async function buildAdminApp(context: AdminContext): Promise<AdminApp> {
  const proxies = trustedProxies(context);
  const { tls, mode } = context.encryption;
  const app = fastify({
    ...(tls !== null && { https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.3' as const } }),
    trustProxy: (address) => proxies.has(address),
    connectionTimeout: silenceTimeoutMs,
    bodyLimit: bodyLimitBytes,
    genReqId: () => randomUUID(),
    frameworkErrors: refusePath,
    clientErrorHandler: refuseClientError,
    http: { requireHostHeader: false },
    // A sender that sends byte by byte must not keep a connection for ever. Streams are answers and have no such limit.
    requestTimeout: requestTimeoutMs,
    // A keep-alive connection of a browser must not delay the end of the broker.
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>() as AdminApp;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(answerSerializer);
  const connections = limitConnections(app, proxies, context);
  context.relay.serve(app.server, { connections, guard: context.guard, isTrusted: (address) => proxies.has(address) });
  app.addHook('preClose', async () => context.relay.close());
  readJsonBodies(app);
  continueAfterChecks(app);
  const logIns = new LogIns(context.store, context.passwords, context.tokens);
  await logIns.load();
  context.sharedChanges?.onLogOut(() => logIns.load());
  // Not awaited: a store that cannot be written must not hold up the start.
  logIns.removeExpired().catch((error: unknown) => context.report('removing expired log-ins', error));
  answerAfterEngine(app, context.questions);
  keepAuditTrail(app, context.audit);
  handleErrors(app, context.log);
  refuseHeaders(app);
  if (tls === null) refuseClearText(app, mode, (address) => proxies.has(address), context.limits);
  const attempts = await logInAttempts(app, context);
  guardRoutes(app, logIns, attempts, context.config.config.auth.force_password_change);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  });
  await collectRoutes(app, context.version);
  await addRoutes(app, context, logIns, attempts);
  return app;
}

/** Addresses whose `X-Forwarded-For` counts. */
function trustedProxies({ config }: AdminContext): Pick<AddressList, 'has'> {
  let list = new AddressList(config.config.server.trusted_proxies);
  config.onChange(({ server }) => {
    list = new AddressList(server.trusted_proxies);
  });
  return { has: (address) => list.has(address) };
}

function limitConnections(
  app: FastifyInstance,
  proxies: Pick<AddressList, 'has'>,
  context: AdminContext,
): HttpConnections {
  const { config, descriptorCount, limits } = context;
  const settings = () => config.config.limits;
  const connections = new HttpConnections(
    app.server,
    {
      totalCount: () => httpConnectionCount(settings().max_http_connections, descriptorCount),
      addressCount: () => settings().max_http_connections_per_address,
      isTrusted: (address) => proxies.has(address),
    },
    limits,
  );
  serveInTurns(app, connections, limits);
  return connections;
}

/** Attempts to log in, with what is known of the last day. */
async function logInAttempts(app: FastifyInstance, context: AdminContext): Promise<LogInAttempts> {
  const { store, audit, log, monitor, guard, everySecond, limits } = context;
  const known = new KnownAddresses();
  await known.load(store);
  const flood = new LogInFlood(audit, log);
  everySecond.add('the report of refused log-ins', () => {
    void guard.runAsync('the report of refused log-ins', () => flood.sweep());
  });
  app.addHook('onClose', () => flood.finish());
  return new LogInAttempts({ known, flood, events: monitor.events, limits });
}
