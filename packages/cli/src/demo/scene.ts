import type { PulseMQClient } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import type { Connection } from '../context/connection.js';
import { connect } from '../wire/connect.js';
import { type DemoUser, demoUsers } from './definitions.js';
import { runDesk } from './desk.js';
import { runFxFeed } from './fx-feed.js';
import type { DemoTokens } from './set-up.js';
import { runSlowScreen } from './slow-screen.js';

/** What each user does beside the feed of the market. */
const parts: readonly (readonly [
  user: DemoUser,
  part: (client: PulseMQClient, namespace: string, signal: AbortSignal) => Promise<void>,
])[] = [
  [demoUsers.fx, runFxFeed],
  [demoUsers.desk, runDesk],
  [demoUsers.screen, runSlowScreen],
];

/** The connection of a user of the demo. */
export const connectionOfUser = (
  broker: Pick<Connection, 'host' | 'pubPort' | 'subPort'>,
  tokens: DemoTokens,
  username: DemoUser,
): Connection => ({ ...broker, username, token: tokens[username], security: {}, source: 'the demo' });

/**
 * Plays the feed that falls silent, the desk and the slow screen until the signal aborts. Adds their clients to `clients`, which the caller
 * closes. Rejects when one of them cannot go on.
 */
export async function playScene(
  run: CommandRun,
  connectionOf: (user: DemoUser) => Connection,
  namespace: string,
  clients: PulseMQClient[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    parts.map(async ([user, part]) => {
      const client = await connect(run, connectionOf(user), true, signal);
      clients.push(client);
      await part(client, namespace, signal);
    }),
  );
}
