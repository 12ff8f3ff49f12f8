import type { CalledCommand, RunningCommand } from './running-command.js';

/** A `sub` whose subscriptions are active. */
export async function subscriber(broker: RunningCommand, args: readonly string[]): Promise<CalledCommand> {
  const command = broker.command(['sub', ...args]);
  await command.says('subscribed to');
  return command;
}
