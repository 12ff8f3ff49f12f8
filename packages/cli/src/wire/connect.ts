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
  const { host, pubPort, subPort, username, token, source } = connection;
  const reconnect = stays && { maxTries: Number.POSITIVE_INFINITY };
  const client = new PulseMQClient({ host, pubPort, subPort, username, token, reconnect });
  try {
    await client.connect({ signal });
  } catch (error) {
    await client.close();
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
  const text = (error as Error).message;
  switch (exitCodeOf(error)) {
    case ExitCode.unauthenticated:
      return new CommandError(ExitCode.unauthenticated, `${text} at ${where} (${who})`, { cause: error });
    case ExitCode.unreachable:
      return new CommandError(ExitCode.unreachable, `cannot connect to ${where}: ${text}`, { cause: error });
    default:
      return error;
  }
}
