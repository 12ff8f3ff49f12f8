import type { EngineCommand } from '../../port.js';
import type { TopicRow } from '../store/rows.js';

/** Numbers of the topics the store has, by name: what the engine tells knows only names. */
export class TopicIds {
  readonly #namespaceIds = new Map<string, number>();
  readonly #byName = new Map<number, Map<string, number>>();

  /** Rows of the store. */
  added(topics: readonly TopicRow[]): void {
    for (const { id, namespaceId, name } of topics) {
      const names = this.#byName.get(namespaceId) ?? new Map<string, number>();
      this.#byName.set(namespaceId, names.set(name, id));
    }
  }

  /** Learns from what is sent to the engine: every change of a name goes that way. */
  learn(command: EngineCommand): void {
    switch (command.kind) {
      case 'start':
      case 'entitlements':
        for (const { id, name } of command.entitlements.namespaces) this.#namespaceIds.set(name, id);
        break;
      case 'namespace':
        this.#namespaceIds.set(command.namespace.name, command.namespace.id);
        break;
      case 'namespaceRemoved':
        this.#byName.delete(command.namespaceId);
        break;
      case 'topicRemoved':
        this.#byName.get(command.namespaceId)?.delete(command.name);
        break;
    }
  }

  /** Name of a namespace; undefined for one nobody has told of. */
  namespaceOf(namespaceId: number): string | undefined {
    for (const [name, id] of this.#namespaceIds) if (id === namespaceId) return name;
    return undefined;
  }

  /** Null while the store does not have it, and after it was deleted. */
  of(namespace: string, topic: string): number | null {
    const namespaceId = this.#namespaceIds.get(namespace);
    return namespaceId === undefined ? null : (this.#byName.get(namespaceId)?.get(topic) ?? null);
  }
}
