import type { Kysely } from 'kysely';
import type { Store } from '../store.js';
import { alertRuleStore } from './alert-rule-store.js';
import { auditStore } from './audit-store.js';
import { grantStore } from './grant-store.js';
import { namespaceStore } from './namespace-store.js';
import { revokedTokenStore } from './revoked-token-store.js';
import { settingStore } from './setting-store.js';
import { statsStore } from './stats-store.js';
import type { Tables } from './tables.js';
import { topicStore } from './topic-store.js';
import { userKeyStore } from './user-key-store.js';
import { userStore } from './user-store.js';
import { webhookStore } from './webhook-store.js';

/**
 * The store on a database that Kysely supports. `broker`: name under which statistics are written and read; '' where a database has one broker
 * only.
 */
export function sqlStore(db: Kysely<Tables>, broker = ''): Store {
  return {
    users: userStore(db),
    userKeys: userKeyStore(db),
    namespaces: namespaceStore(db),
    topics: topicStore(db),
    grants: grantStore(db),
    audit: auditStore(db),
    settings: settingStore(db),
    revokedTokens: revokedTokenStore(db),
    stats: statsStore(db, broker),
    alertRules: alertRuleStore(db),
    webhooks: webhookStore(db),
    transaction: (work) => db.transaction().execute((inner) => work(sqlStore(inner, broker))),
    close: () => db.destroy(),
  };
}
