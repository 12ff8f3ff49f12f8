import { ExternalStore } from './external-store.js';

/** The items in a stored text. Each is checked, since another version may have written it. */
export function listFrom<Item>(text: string | null, itemFrom: (value: unknown) => readonly Item[]): readonly Item[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stored) ? stored.flatMap(itemFrom) : [];
  } catch {
    // Not written by this console: nothing is saved.
    return [];
  }
}

/** Named items that the viewer saved in this browser, by name. */
export class SavedList<Item extends { readonly name: string }> {
  readonly items: ExternalStore<readonly Item[]>;
  readonly #storageKey: string;

  /** `itemFrom` checks one stored value: it returns the item, or nothing. */
  constructor(storageKey: string, itemFrom: (value: unknown) => readonly Item[]) {
    this.#storageKey = storageKey;
    this.items = new ExternalStore(listFrom(localStorage.getItem(storageKey), itemFrom));
  }

  /** Saves an item under its name, in place of one with the same name. */
  save(item: Item): void {
    const others = this.items.get().filter(({ name }) => name !== item.name);
    this.#store([...others, item].sort((one, other) => one.name.localeCompare(other.name)));
  }

  remove(name: string): void {
    this.#store(this.items.get().filter((item) => item.name !== name));
  }

  #store(items: readonly Item[]): void {
    this.items.set(items);
    localStorage.setItem(this.#storageKey, JSON.stringify(items));
  }
}
