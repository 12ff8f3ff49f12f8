import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serviceUnit } from '../src/broker/service-unit.js';
import { folder, repository } from './called-command.js';

const places = {
  node: '/usr/bin/node',
  program: '/usr/lib/node_modules/pulsemq/bin/pulsemq.js',
  user: 'pulsemq',
  dataFolder: '/var/lib/pulsemq',
  configFile: undefined,
  environmentFile: '/etc/pulsemq/environment',
};

test('ops/pulsemq.service is what install-service writes where npm -g has put the command', () => {
  expect(readFileSync(join(repository, 'ops', 'pulsemq.service'), 'utf8')).toBe(serviceUnit(places));
});

test.each([
  [{ dataFolder: '/srv/feed' }, 'ProtectHome=true'],
  [{ node: '/home/feed/.nvm/node' }, 'ProtectHome=read-only'],
  [{ dataFolder: '/root/feed' }, 'ProtectHome=read-only'],
  [{ configFile: '/etc/pulsemq/config.yaml' }, 'pulsemq.js serve --config /etc/pulsemq/config.yaml'],
])('%j gives %s', (more, text) => {
  expect(serviceUnit({ ...places, ...more })).toContain(`${text}\n`);
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!hasSystemd)('systemd takes the unit without a warning, and finds little exposed', () => {
  const unit = join(folder(), 'pulsemq.service');
  // This Node, because systemd looks for the program.
  writeFileSync(unit, serviceUnit({ ...places, node: process.execPath }));
  const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  expect([verified.status, verified.stderr]).toEqual([0, '']);
  const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', unit], { encoding: 'utf8' });
  const [, exposure] = /exposure level for .*: ([\d.]+)/.exec(stdout) ?? [];
  // 0 is the best and 10 the worst. What is left are sockets, scheduling of its own threads, and compiled code.
  expect(Number(exposure)).toBeLessThanOrEqual(2);
});
