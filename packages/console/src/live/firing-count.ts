import { useSyncExternalStore } from 'react';
import { figures } from './figures.js';

const firingCount = (): number => figures.get()?.alerts.firing ?? 0;

/** Alerts that are firing, and neither acknowledged nor muted. The component renders again only when the count changes. */
export const useFiringCount = (): number => useSyncExternalStore(figures.subscribe, firingCount);
