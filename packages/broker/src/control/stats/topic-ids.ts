import type { EngineCommand } from '../../port.js';
import type { TopicRow } from '../store/rows.js';

/** Ids of the stored topics by name: events of the engine name topics and have no ids. */
export class TopicIds {
  readonly #namespaceIds = new Map<string, number>();
  readonly #byNamespace = new Map<number, Map<string, number>>();

  /** Adds rows of the store. */
  added(topics: readonly TopicRow[]): void {
    for (const { id, namespaceId, name } of topics) {
      const ids = this.#byNamespace.get(namespaceId) ?? new Map<string, number>();
      this.#byNamespace.set(namespaceId, ids.set(name, id));
    }
  }

  /** Learns the names and ids of namespaces, and forgets what was deleted. */
  onCommand(command: EngineCommand): void {
    switch (command.kind) {
      case 'start':
      case 'entitlements':
        for (const { id, name } of command.entitlements.namespaces) this.#namespaceIds.set(name, id);
        break;
      case 'namespace':
        this.#namespaceIds.set(command.namespace.name, command.namespace.id);
        break;
      case 'namespaceRemoved':
        this.#byNamespace.delete(command.namespaceId);
        break;
      case 'topicRemoved':
        this.#byNamespace.get(command.namespaceId)?.delete(command.name);
        break;
      case 'user':
      case 'userRemoved':
      case 'grant':
      case 'kickUser':
      case 'kickSession':
      case 'kickSubscriber':
      case 'ask':
      case 'publish':
      case 'tapOpen':
      case 'tapClose':
      case 'pricesOpen':
      case 'pricesTaken':
      case 'pricesClose':
      case 'limits':
      case 'adminPort':
      case 'tls':
      case 'userKey':
      case 'userKeyRemoved':
      case 'drain':
        break;
      default:
        command satisfies never;
    }
  }

  /** Name of a namespace; undefined for an unknown id. */
  namespaceOf(namespaceId: number): string | undefined {
    for (const [name, id] of this.#namespaceIds) if (id === namespaceId) return name;
    return undefined;
  }

  /** Names of the topics of a namespace that have one of these ids. */
  namesOf(namespaceId: number, ids: ReadonlySet<number>): string[] {
    const known = this.#byNamespace.get(namespaceId) ?? new Map<string, number>();
    return [...known].filter(([, id]) => ids.has(id)).map(([name]) => name);
  }

  /** Every topic that is known. */
  all(): { readonly id: number; readonly namespaceId: number; readonly name: string }[] {
    return [...this.#byNamespace].flatMap(([namespaceId, ids]) =>
      [...ids].map(([name, id]) => ({ id, namespaceId, name })),
    );
  }

  /** Null until the topic is stored, and after it was deleted. */
  of(namespace: string, topic: string): number | null {
    const namespaceId = this.#namespaceIds.get(namespace);
    return namespaceId === undefined ? null : (this.#byNamespace.get(namespaceId)?.get(topic) ?? null);
  }
}
