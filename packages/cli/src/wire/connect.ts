import type { ClientOptions, PulseMQClient } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import type { Connection } from '../context/connection.js';
import { CommandError, ExitCode, exitCodeOf } from '../exit-code.js';
import { notice, warning } from '../output/notices.js';

/** A client that is connected. Who stays says on standard error when the connection is lost and found again. */
export async function connect(
  run: CommandRun,
  connection: Connection,
  stays: boolean,
  signal: AbortSignal,
  options: Partial<ClientOptions> = {},
): Promise<PulseMQClient> {
  // Here, since the codecs take a tenth of a second to load, and help needs none of them.
  const { PulseMQClient } = await import('@pulsemq/client');
  const { host, pubPort, subPort, username, token, source } = connection;
  const reconnect = stays && { maxTries: Number.POSITIVE_INFINITY };
  const client = new PulseMQClient({ host, pubPort, subPort, username, token, reconnect, ...options });
  try {
    await client.connect({ signal });
  } catch (error) {
    await client.close();
    throw explained(error, `${host}:${pubPort}`, `${username}, from ${source}`);
  }
  if (stays) tellLosses(run, client, `${host}:${pubPort}`);
  return client;
}

function tellLosses(run: CommandRun, client: PulseMQClient, where: string): void {
  client.on('disconnected', ({ error }) => warning(run, `connection to ${where} lost: ${error.message}`));
  client.on('reconnected', () => notice(run, `connected to ${where} again`));
  client.on('error', (error) => warning(run, error.message));
}

function explained(error: unknown, where: string, who: string): unknown {
  const text = (error as Error).message;
  switch (exitCodeOf(error)) {
    case ExitCode.unauthenticated:
      return new CommandError(ExitCode.unauthenticated, `${text} at ${where} (${who})`, { cause: error });
    case ExitCode.unreachable:
      return new CommandError(ExitCode.unreachable, `no broker at ${where}: ${text}`, { cause: error });
    default:
      return error;
  }
}
