/**
 * The bodies of the HTTP API, for the broker, the console and the command line. Names are in snake_case, as in the Python package.
 * Times are ISO 8601 in UTC with milliseconds. Rates are per second, over the last second. Ids are integers from 1. A list is a plain
 * array; `limit` and `offset` page it, and the header `X-Total-Count` has the total.
 */
export * from './admin-api/alerts.js';
export * from './admin-api/answers.js';
export * from './admin-api/bars.js';
export * from './admin-api/cluster.js';
export * from './admin-api/connections.js';
export * from './admin-api/freshness.js';
export * from './admin-api/health.js';
export * from './admin-api/journal.js';
export * from './admin-api/live.js';
export * from './admin-api/log-in.js';
export * from './admin-api/logs.js';
export * from './admin-api/prices.js';
export * from './admin-api/rights.js';
export * from './admin-api/settings.js';
export * from './admin-api/statistics.js';
export * from './admin-api/topics.js';
