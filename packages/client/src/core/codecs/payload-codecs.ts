import { DataFrame } from '@pulsemq/codecs';
import type { LazyCodecs } from './lazy-codecs.js';

/** The codecs of Node, all there from the start. `browser-codecs.ts` has the same for browsers; the conditions of package.json choose. */
export { DataFrame, decodePayload, encodePayload, jsonValue } from '@pulsemq/codecs';

/** True for a DataFrame that `decodePayload` has made. */
export const isDataFrame = (data: unknown): data is DataFrame => data instanceof DataFrame;

/** Null: nothing has to be loaded. */
export const lazyCodecs: LazyCodecs | null = null;
