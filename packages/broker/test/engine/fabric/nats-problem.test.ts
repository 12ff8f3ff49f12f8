import { AuthorizationError, PermissionViolationError } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { connectProblem, serverProblem } from '../../../src/engine/fabric/nats-problem.js';

const servers = ['nats://a:4222', 'tls://b:4222'];

test('a log-in that NATS refuses is not called a server that cannot be reached', () => {
  const text = connectProblem(servers, new AuthorizationError('Authorization Violation'));
  expect(text).toContain(
    'NATS at nats://a:4222, tls://b:4222 refuses the log-in of this broker (Authorization Violation)',
  );
  expect(text).toContain('cluster.user and cluster.password, cluster.token or cluster.credentials_file');
});

test('a certificate that is not trusted, or has another name, leads to its setting', () => {
  expect(connectProblem(servers, new Error('self-signed certificate'))).toMatch(
    /self-signed certificate; cluster\.tls_ca_file /,
  );
  const altnames = new Error("Hostname/IP does not match certificate's altnames: Host: b. is not cert's CN: c");
  expect(connectProblem(servers, altnames)).toMatch(/; cluster\.servers must have the name that the certificate has$/);
  expect(connectProblem(servers, new Error('connection refused'))).toMatch(/: connection refused$/);
});

test('a missing right at NATS names the subjects', () => {
  const error = new PermissionViolationError('Permissions Violation', 'subscription', 'pulsemq.rooms.all');
  expect(serverProblem('rooms', error)).toContain('needs the right to publish and subscribe on pulsemq.rooms.>');
  expect(serverProblem('rooms', new Error('Slow Consumer'))).toBe('NATS reports: Slow Consumer');
});
