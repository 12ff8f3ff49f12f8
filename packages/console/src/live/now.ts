import { ExternalStore } from '../state/external-store.js';
import { clockOffsetMs } from './figures.js';

/** The broker's time in Unix milliseconds, once a second, so that all ages on the page change together. */
export const now = new ExternalStore<number>(Date.now());

setInterval(() => now.set(Date.now() + clockOffsetMs.get()), 1000);
