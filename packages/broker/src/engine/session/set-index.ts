/** Sets of values by key. A key without values is not kept. */
export class SetIndex<Key, Value> {
  readonly #sets = new Map<Key, Set<Value>>();

  of(key: Key): ReadonlySet<Value> {
    return this.#sets.get(key) ?? (none as ReadonlySet<Value>);
  }

  sets(): IterableIterator<Set<Value>> {
    return this.#sets.values();
  }

  add(key: Key, value: Value): void {
    const set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, new Set([value]));
    else set.add(value);
  }

  remove(key: Key, value: Value): void {
    const set = this.#sets.get(key);
    if (set?.delete(value) && set.size === 0) this.#sets.delete(key);
  }
}

const none: ReadonlySet<never> = new Set<never>();
