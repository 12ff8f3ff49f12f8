import { expect, test } from 'vitest';
import { loadDuckDb } from '../src/query/duckdb.js';

test('a missing DuckDB is named, with the command that installs it', async () => {
  await expect(loadDuckDb('@duckdb/not-here')).rejects.toMatchObject({
    exitCode: 2,
    message:
      '"pulsemq query" needs DuckDB, which is not installed; install it beside pulsemq: npm install @duckdb/not-here, with --global where pulsemq is installed so',
  });
});
