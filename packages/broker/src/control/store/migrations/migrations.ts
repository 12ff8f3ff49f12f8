import type { Migration } from 'kysely';
import * as definitions from './0001-definitions.js';
import * as statistics from './0002-statistics.js';
import * as freshness from './0003-freshness.js';
import * as alerts from './0004-alerts.js';
import * as brokers from './0005-brokers.js';
import * as history from './0006-history.js';
import * as userKeys from './0007-user-keys.js';
import * as bars from './0008-bars.js';

/** Every change of the schema, in order. What a released migration does never changes. */
export const migrations: Record<string, Migration> = {
  '0001-definitions': definitions,
  '0002-statistics': statistics,
  '0003-freshness': freshness,
  '0004-alerts': alerts,
  '0005-brokers': brokers,
  '0006-history': history,
  '0007-user-keys': userKeys,
  '0008-bars': bars,
};
