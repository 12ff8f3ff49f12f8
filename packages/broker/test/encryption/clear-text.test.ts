import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { ApiError } from '../../src/control/admin/api-error.js';
import { refuseClearText } from '../../src/control/admin/clear-text.js';
import { controlLimitNames } from '../../src/control/faults/control-limits.js';
import { LimitReport } from '../../src/limit-report.js';
import type { EncryptionMode } from '../../src/port-encryption.js';

/** An API with one route, and what it reports. */
function api(mode: EncryptionMode) {
  const lines: string[] = [];
  const app = fastify();
  const limits = new LimitReport(controlLimitNames, { steadyMs: 0 }, (address) => lines.push(address));
  refuseClearText(app, mode, (address) => address === '10.0.0.7', limits);
  app.setErrorHandler((error, _request, reply) => reply.status(error instanceof ApiError ? error.status : 500).send());
  for (const url of ['/api/me', '/login', '/health']) app.get(url, async () => 'ok');
  const statusOf = async (url: string, remoteAddress: string) => (await app.inject({ url, remoteAddress })).statusCode;
  return { statusOf, lines };
}

test('calls in clear text from other machines are refused, and reported once', async () => {
  const { statusOf, lines } = api('remote');
  expect([await statusOf('/api/me', '10.0.0.9'), await statusOf('/login', '10.0.0.9')]).toEqual([403, 403]);
  expect([await statusOf('/api/me', '127.0.0.1'), await statusOf('/api/me', '10.0.0.7')]).toEqual([200, 200]);
  expect(await statusOf('/health', '10.0.0.9')).toBe(200);
  expect(lines).toEqual(['10.0.0.9']);
});

test('where encryption is optional nothing is refused', async () => {
  expect(await api('optional').statusOf('/api/me', '10.0.0.9')).toBe(200);
});
