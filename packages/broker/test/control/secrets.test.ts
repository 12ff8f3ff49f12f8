import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

test('defect 27: no hash and no secret is in an answer, a log line, a file of the broker or an audit row', async () => {
  const configured = 'a configured secret of some length';
  const running = await RunningServer.start({ auth: { jwt_secret: configured }, logging: { level: 'debug' } });
  const answers: string[] = [];
  const call = async (...request: Parameters<RunningServer['call']>): Promise<Record<string, string>> => {
    const { body, headers } = await running.call(...request);
    answers.push(JSON.stringify([body, [...headers]]));
    return body as Record<string, string>;
  };
  const password = 'chosen by hand';
  // What is made for somebody is shown to the one who made it, once.
  const bot = await running.user('bot');
  const clerk = await running.ok('POST', '/api/users', { username: 'clerk', user_type: 'admin_only' });
  const { token } = await running.ok('POST', `/api/users/${bot.id}/reset-token`);
  await call('POST', '/api/users', { username: 'other', password });
  await call('POST', '/api/users', { username: 'other', password });
  await call('POST', `/api/users/${bot.id}/password`, { password });
  await call('POST', '/login', { username: 'bot', password: 'a wrong secret' }, null);
  await call('POST', '/login', { username: 5, password: 'a wrong secret' }, null);
  await call('POST', '/api/auth/password', { current_password: 'a wrong secret', new_password: 'a new secret' });
  await call('GET', '/api/users', undefined, 'a.forged.token');
  const written = await running.call('PUT', `/api/users/${bot.id}`, { password_hash: 'x', token_hash: 'x' });
  expect(written.status).toBe(400);
  for (const path of [
    '/api/logs?level=debug&limit=1000',
    '/api/users',
    '/api/users/1',
    '/api/users/2',
    '/api/me',
    '/health',
    '/api/namespaces',
  ]) {
    await call('GET', path);
  }
  await expect(running.wire('bot', 'a wrong secret')).rejects.toThrow('authentication failed');
  await running.wire('bot', token as string);
  const { admin, jwt, folder } = running;
  await running.server.stop();
  const given = [password, 'a wrong secret', 'a new secret', configured, 'a.forged.token', jwt];
  const secrets = [...given, admin.password, admin.token, bot.token, token, clerk.password] as string[];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.pulsemq_admin')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  expect(files.length).toBeGreaterThan(1);
  for (const secret of secrets) {
    for (const text of [...answers, ...running.log, ...files]) expect(text).not.toContain(secret);
  }
  for (const text of [...answers, ...running.log]) expect(text).not.toMatch(/_hash|argon2|\b[0-9a-f]{64}\b/);
  expect(running.log.join('')).toContain('log-in refused');
});
