import type { InProcessCommand } from './in-process-command.js';
import type { TestBroker } from './running-broker.js';

/** A `sub` whose subscriptions are active. */
export async function subscriber(broker: TestBroker, args: readonly string[]): Promise<InProcessCommand> {
  const command = broker.command(['sub', ...args]);
  await command.says('subscribed to');
  return command;
}
