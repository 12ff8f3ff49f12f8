import { AuthorizationError, PermissionViolationError, UserAuthenticationExpiredError } from '@nats-io/transport-node';

/** Why no server of NATS takes this broker, and which setting to look at. */
export function connectProblem(servers: readonly string[], error: unknown): string {
  const [place, text] = [servers.join(', '), textOf(error)];
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
    return (
      `NATS at ${place} refuses the log-in of this broker (${text}): set what the server knows as cluster.user and cluster.password, ` +
      'cluster.token or cluster.credentials_file'
    );
  }
  return `cannot reach a NATS server at ${place}: ${text}${tlsHint(text)}`;
}

/** What a server reports on a connection that it has taken. */
export function serverProblem(name: string, error: Error): string {
  if (!(error instanceof PermissionViolationError)) return `NATS reports: ${error.message}`;
  return `NATS refuses what brokers send each other (${error.message}): the user of this broker needs the right to publish and subscribe on pulsemq.${name}.>`;
}

function tlsHint(text: string): string {
  if (text.includes('altnames')) return '; cluster.servers must have the name that the certificate has';
  if (text.includes('certificate')) return '; cluster.tls_ca_file must have the authority that signed it';
  return '';
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
