import { useSyncExternalStore } from 'react';
import type { ExternalStore } from './external-store.js';

/** The value of a store. The component renders again when it changes. */
export const useStore = <Value>(store: ExternalStore<Value>): Value => useSyncExternalStore(store.subscribe, store.get);
