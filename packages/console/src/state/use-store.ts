import { useSyncExternalStore } from 'react';
import type { ExternalStore } from './external-store.js';

/** The store's value; the component is drawn again when it changes. */
export const useStore = <Value>(store: ExternalStore<Value>): Value => useSyncExternalStore(store.subscribe, store.get);
