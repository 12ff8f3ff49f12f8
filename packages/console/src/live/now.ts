import { ExternalStore } from '../state/external-store.js';
import { clockOffsetMs } from './figures.js';

/** The broker's time in milliseconds, moving once a second: every age on the page ticks together. */
export const now = new ExternalStore<number>(Date.now());

setInterval(() => now.set(Date.now() + clockOffsetMs.get()), 1000);
