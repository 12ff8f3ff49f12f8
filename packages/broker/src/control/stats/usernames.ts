import { brokerUsername } from '@pulsemq/protocol';
import type { EngineCommand } from '../../port.js';
import { brokerUserId } from '../../port-bars.js';

/** Gives the name of a user. */
export type UsernameOf = (id: number) => string;

/** Names of users by id, as the commands to the engine give them. */
export class Usernames {
  readonly #byId = new Map<number, string>([[brokerUserId, brokerUsername]]);

  onCommand(command: EngineCommand): void {
    if (command.kind === 'user') this.#byId.set(command.user.id, command.user.name);
    if (command.kind !== 'start' && command.kind !== 'entitlements') return;
    for (const user of command.entitlements.users) this.#byId.set(user.id, user.name);
  }

  /** A deleted user keeps the name, because figures and events still show it. */
  of(id: number): string {
    return this.#byId.get(id) ?? `user_${id}`;
  }
}
