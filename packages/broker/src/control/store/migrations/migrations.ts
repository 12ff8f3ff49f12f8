import type { Migration } from 'kysely';
import * as definitions from './0001-definitions.js';
import * as statistics from './0002-statistics.js';
import * as freshness from './0003-freshness.js';
import * as alerts from './0004-alerts.js';

/** Every change of the schema, in order. What a released migration does never changes. */
export const migrations: Record<string, Migration> = {
  '0001-definitions': definitions,
  '0002-statistics': statistics,
  '0003-freshness': freshness,
  '0004-alerts': alerts,
};
