import type { EngineCommand } from '../../port.js';

/** Names of users by id, learned from what is sent to the engine: every change of a user goes that way. */
export class Usernames {
  readonly #byId = new Map<number, string>();

  learn(command: EngineCommand): void {
    if (command.kind === 'user') this.#byId.set(command.user.id, command.user.name);
    if (command.kind !== 'start' && command.kind !== 'entitlements') return;
    for (const user of command.entitlements.users) this.#byId.set(user.id, user.name);
  }

  /** One that was deleted keeps its name, for what is still told of it. */
  of(id: number): string {
    return this.#byId.get(id) ?? `user_${id}`;
  }
}
