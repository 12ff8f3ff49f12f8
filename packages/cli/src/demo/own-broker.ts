import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrokerAddresses, PulseMQServer } from '@pulsemq/broker';
import type { Health } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { durationText } from '../output/units.js';

/** Ports of the broker that `demo --serve` starts. */
export interface DemoPorts {
  readonly pubPort: number;
  /** Default: `pubPort` + 1. */
  readonly subPort: number | undefined;
  readonly adminPort: number;
}

/** The example pages, which the build puts beside the compiled command. */
const examplesFolder = fileURLToPath(new URL('../examples', import.meta.url));

/** True if the price board is built. */
export const hasBoard = (): boolean => existsSync(join(examplesFolder, 'board', 'index.html'));

/** Time to find out whether it is a PulseMQ broker that has the port. */
const probeWithinMs = 1_000;

/**
 * Starts a broker in this folder, for this machine only. Its console asks for no new password. Throws a CommandError that says what to
 * type when a PulseMQ broker runs there already.
 */
export async function startOwnBroker(
  run: CommandRun,
  ports: DemoPorts,
): Promise<{ server: PulseMQServer; addresses: BrokerAddresses }> {
  const { PulseMQServer } = await import('@pulsemq/broker');
  const server = new PulseMQServer({
    config: {
      server: {
        host: '127.0.0.1',
        pub_port: ports.pubPort,
        admin_port: ports.adminPort,
        ...(ports.subPort !== undefined && { sub_port: ports.subPort }),
      },
      auth: { ask_password_change: false },
      logging: { level: 'warn' },
    },
    workingDirectory: run.cwd,
    examplesFolder,
    console: run.stderr,
  });
  try {
    return { server, addresses: await server.start() };
  } catch (error) {
    throw (await runningBrokerError(ports, error)) ?? error;
  }
}

/** The error for a broker that runs already; undefined when there is none. */
async function runningBrokerError(ports: DemoPorts, cause: unknown): Promise<CommandError | undefined> {
  const { pubPort, adminPort } = ports;
  const health = await healthOf(`http://127.0.0.1:${adminPort}/health`);
  if (health === undefined) return undefined;
  const own = pubPort === 5_555 ? '' : ` --pub-port ${pubPort}`;
  return new CommandError(
    ExitCode.usage,
    `a PulseMQ broker (${health.version}, up ${durationText(health.uptime_seconds * 1_000)}) already runs here, with its console on http://127.0.0.1:${adminPort}. ` +
      `To publish the market of the demo to it: pulsemq demo${own}. To start a second broker, in another folder: ` +
      `pulsemq demo --serve --pub-port ${pubPort + 1_000} --admin-port ${adminPort + 1_000}`,
    { cause },
  );
}

/** The answer of a PulseMQ broker; undefined for another program, or for none. */
async function healthOf(url: string): Promise<Health | undefined> {
  try {
    const answer = (await (await fetch(url, { signal: AbortSignal.timeout(probeWithinMs) })).json()) as Partial<Health>;
    return typeof answer.version === 'string' && typeof answer.uptime_seconds === 'number'
      ? (answer as Health)
      : undefined;
  } catch {
    // Then the error of the start says enough.
    return undefined;
  }
}
