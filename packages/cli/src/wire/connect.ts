import type { PulseMQClient } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import type { Connection } from '../context/connection.js';
import { CommandError, ExitCode, exitCodeOf } from '../exit-code.js';
import { notice, warning } from '../output/notices.js';

/**
 * A connected client. With `stays` it reconnects for ever, and reports lost connections on standard error unless `reportsLosses` is false. Throws a CommandError that
 * names the address, and the source of the username.
 */
export async function connect(
  run: CommandRun,
  connection: Connection,
  stays: boolean,
  signal: AbortSignal,
  reportsLosses = stays,
): Promise<PulseMQClient> {
  // Imported on use: the codecs take a tenth of a second to load, and the help does not need them.
  const { PulseMQClient } = await import('@pulsemq/client');
  const { host, pubPort, subPort, username, token, security, source } = connection;
  const reconnect = stays && { maxTries: Number.POSITIVE_INFINITY };
  let client: PulseMQClient | undefined;
  try {
    client = new PulseMQClient({
      host,
      pubPort,
      subPort,
      username,
      reconnect,
      ...security,
      ...(token !== undefined && { token }),
    });
    await client.connect({ signal });
  } catch (error) {
    await client?.close();
    throw withAddress(error, `${host}:${pubPort}`, `${username}, from ${source}`);
  }
  if (reportsLosses) reportLosses(run, client, `${host}:${pubPort}`);
  return client;
}

function reportLosses(run: CommandRun, client: PulseMQClient, where: string): void {
  client.on('disconnected', ({ error }) => warning(run, `connection to ${where} lost: ${error.message}`));
  client.on('reconnected', () => notice(run, `reconnected to ${where}`));
  client.on('error', (error) => warning(run, error.message));
}

function withAddress(error: unknown, where: string, who: string): unknown {
  const text = inOptions((error as Error).message);
  switch (exitCodeOf(error)) {
    case ExitCode.unauthenticated:
      return new CommandError(ExitCode.unauthenticated, `${text} at ${where} (${who})`, { cause: error });
    case ExitCode.unreachable:
      return new CommandError(ExitCode.unreachable, unreachableText(text, where), { cause: error });
    case ExitCode.usage:
      return new CommandError(ExitCode.usage, text, { cause: error });
    default:
      return error;
  }
}

/** Names the address once: the client names it too where it could not connect. */
function unreachableText(text: string, where: string): string {
  const reason = text.replace(`cannot connect to ${where}: `, '');
  const hint = reason === 'ECONNREFUSED' ? '; no broker listens there: "pulsemq" starts one' : '';
  return `cannot connect to ${where}: ${reason}${hint}`;
}

/** The client names its own options. Users of the command know those of the command. */
const inOptions = (text: string): string =>
  text
    .replaceAll('curve.serverKey', '--curve-server-key')
    .replaceAll(/\btls\.(ca|cert|key)\b/g, (_, name: string) => `--tls-${name}`);
