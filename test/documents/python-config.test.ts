import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pythonConfig } from '../../scripts/python-config.mjs';

test('the Python module of the configuration is made from the schema', () => {
  const url = new URL('../../clients/python-broker/src/pulsemq_broker/config.py', import.meta.url);
  expect(readFileSync(url, 'utf8'), 'npm run config-table writes it').toBe(pythonConfig());
});
