import type { Store } from './store.js';
import type { StoreHealth } from './store-health.js';

/** A store on an open database. */
export interface OpenedStore extends Store {
  readonly health: StoreHealth;
  /** Tries a write, unless one has succeeded just now; the health then says how it went. Never throws. */
  probe(): Promise<void>;
}
