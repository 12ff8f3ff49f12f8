import type { EngineNamespace } from '../../port-entitlements.js';
import { KeyArena } from './key-arena.js';
import { Namespace } from './namespace.js';
import type { TopicTotal } from './topic-list.js';

/** Namespaces by name. One exists here as soon as it is published or subscribed to; those with an id are in the store, too. */
export class NamespaceTable {
  readonly #byName = new Map<string, Namespace>();
  readonly #byId = new Map<number, Namespace>();
  readonly #topicTotal: TopicTotal = { count: 0 };
  readonly #keys = new KeyArena();

  get count(): number {
    return this.#byName.size;
  }

  /** Topics of all namespaces. */
  get topicCount(): number {
    return this.#topicTotal.count;
  }

  of(name: string): Namespace | undefined {
    return this.#byName.get(name);
  }

  ofId(id: number): Namespace | undefined {
    return this.#byId.get(id);
  }

  ofOrNew(name: string): Namespace {
    let namespace = this.#byName.get(name);
    if (namespace === undefined) {
      namespace = new Namespace(name, this.#topicTotal, this.#keys);
      this.#byName.set(name, namespace);
    }
    return namespace;
  }

  /** Namespaces of the store, by id: queries list them in this order. */
  registered(): Namespace[] {
    return [...this.#byId.values()].sort((left, right) => left.id - right.id);
  }

  all(): IterableIterator<Namespace> {
    return this.#byName.values();
  }

  /** Sets a namespace of the store. A new name under a known id renames nothing here: routes keep their names. */
  set(definition: EngineNamespace): Namespace {
    const namespace = this.ofOrNew(definition.name);
    const before = this.#byId.get(definition.id);
    if (before !== undefined && before !== namespace) before.id = 0;
    namespace.id = definition.id;
    namespace.isActive = definition.isActive;
    namespace.keepsLastValues = definition.keepLastValue;
    namespace.keepsHistory = definition.history === true;
    this.#byId.set(definition.id, namespace);
    return namespace;
  }

  /** Removes a namespace that the store has no longer. Its topics go; interest in it stays, for when it returns. */
  remove(id: number): Namespace | undefined {
    const namespace = this.#byId.get(id);
    if (namespace === undefined) return undefined;
    this.#byId.delete(id);
    namespace.id = 0;
    namespace.isActive = true;
    namespace.keepsLastValues = false;
    namespace.keepsHistory = false;
    namespace.log = null;
    return namespace;
  }
}
