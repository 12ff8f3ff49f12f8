import type { EngineCommand, EngineEvent, EngineLink } from '../port.js';

/** Sees each command on its way to the engine. */
export interface CommandObserver {
  onCommand(command: EngineCommand): void;
}

/**
 * A link that shows each command to an observer before the engine gets it. Events of the engine carry ids of users and names of
 * topics; what shows them also needs the names of users and the ids of topics. Those change only by commands, so an observer of the
 * commands is never behind the engine.
 */
export class ObservedEngineLink implements EngineLink {
  readonly #link: EngineLink;
  readonly #observer: CommandObserver;
  /** Commands sent so far; questions do not count. */
  sentCount = 0;

  constructor(link: EngineLink, observer: CommandObserver) {
    this.#link = link;
    this.#observer = observer;
  }

  send(command: EngineCommand): void {
    if (command.kind !== 'ask') this.sentCount += 1;
    this.#observer.onCommand(command);
    this.#link.send(command);
  }

  onEvent(listener: (event: EngineEvent) => void): void {
    this.#link.onEvent(listener);
  }

  terminate(): Promise<void> {
    return this.#link.terminate();
  }
}
