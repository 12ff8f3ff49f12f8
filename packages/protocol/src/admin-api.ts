/**
 * The bodies of the HTTP API, shared by the broker, the console and the command line. Names are in snake_case because the
 * Python package's are. Times are ISO 8601 in UTC with milliseconds; rates are per second over the last second; ids are
 * integers from 1. Lists are plain arrays, paged by `limit` and `offset`, with the total in the header `X-Total-Count`.
 */
export * from './admin-api/answers.js';
export * from './admin-api/connections.js';
export * from './admin-api/live.js';
export * from './admin-api/log-in.js';
export * from './admin-api/rights.js';
export * from './admin-api/settings.js';
export * from './admin-api/statistics.js';
export * from './admin-api/topics.js';
