import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import type { LogInAttempts } from '../log-in/log-in-attempts.js';
import type { LogIns } from '../log-in/log-ins.js';
import { EventStreams } from '../streams/event-streams.js';
import { alertRuleRoutes } from './alert-rules.js';
import { alertRoutes } from './alerts.js';
import { auditExportRoutes } from './audit-export.js';
import { auditRoutes } from './audit-logs.js';
import { backupRoutes } from './backup.js';
import { barRoutes } from './bars.js';
import { clusterRoutes } from './cluster.js';
import { connectionRoutes } from './connections.js';
import { consoleRoutes } from './console.js';
import { definitionRoutes } from './definitions.js';
import { disconnectRoutes } from './disconnect.js';
import { docsRoutes } from './docs.js';
import { drainRoutes } from './drain.js';
import { exampleRoutes } from './examples.js';
import { freshnessRoutes } from './freshness.js';
import { grantRoutes } from './grants.js';
import { healthRoutes } from './health.js';
import { historyRoutes } from './history.js';
import { journalRoutes } from './journal.js';
import { lastValueRoutes } from './last-values.js';
import { logLevelRoutes } from './log-level.js';
import { loginRoutes } from './login.js';
import { logRoutes } from './logs.js';
import { messageHistoryRoutes } from './message-history.js';
import { metricsRoutes } from './metrics.js';
import { namespaceRoutes } from './namespaces.js';
import { pastRoutes } from './past.js';
import { permissionCheckRoutes } from './permission-check.js';
import { priceRoutes } from './prices.js';
import { publishRoutes } from './publish.js';
import { relayRoutes } from './relay.js';
import { settingRoutes } from './settings.js';
import { statsRoutes } from './stats.js';
import { streamRoutes } from './stream.js';
import { tapRoutes } from './tap.js';
import { topicMessageRoutes } from './topic-messages.js';
import { topicValueRoutes } from './topic-values.js';
import { topicRoutes } from './topics.js';
import { userKeyRoutes } from './user-keys.js';
import { userSecretRoutes } from './user-secrets.js';
import { userRoutes } from './users.js';
import { webhookRoutes } from './webhooks.js';

/** Adds every route. Their order is the order of the OpenAPI document. */
export async function addRoutes(
  app: AdminApp,
  context: AdminContext,
  logIns: LogIns,
  attempts: LogInAttempts,
): Promise<void> {
  loginRoutes(app, context, logIns, attempts);
  healthRoutes(app, context);
  namespaceRoutes(app, context);
  freshnessRoutes(app, context);
  barRoutes(app, context);
  grantRoutes(app, context);
  userRoutes(app, context);
  userSecretRoutes(app, context);
  userKeyRoutes(app, context);
  topicRoutes(app, context);
  topicMessageRoutes(app, context);
  topicValueRoutes(app, context);
  lastValueRoutes(app, context);
  messageHistoryRoutes(app, context);
  journalRoutes(app, context);
  await publishRoutes(app, context);
  connectionRoutes(app, context);
  disconnectRoutes(app, context);
  statsRoutes(app, context);
  historyRoutes(app, context);
  pastRoutes(app, context);
  metricsRoutes(app, context);
  clusterRoutes(app, context);
  alertRoutes(app, context);
  alertRuleRoutes(app, context);
  webhookRoutes(app, context);
  auditRoutes(app, context);
  auditExportRoutes(app, context);
  permissionCheckRoutes(app, context);
  settingRoutes(app, context);
  logLevelRoutes(app, context);
  definitionRoutes(app, context);
  backupRoutes(app, context);
  drainRoutes(app, context);
  const streams = new EventStreams(app, logIns, (error) =>
    context.report('checking the log-ins of open streams', error),
  );
  streamRoutes(app, context, streams);
  tapRoutes(app, context, streams);
  priceRoutes(app, context, streams);
  logRoutes(app, context, streams);
  docsRoutes(app);
  relayRoutes(app);
  await consoleRoutes(app);
  exampleRoutes(app, context.examplesFolder);
}
