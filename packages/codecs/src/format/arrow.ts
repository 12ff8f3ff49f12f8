import { DataFrame } from '../frame/data-frame.js';

/** Encodes a DataFrame as an Arrow IPC stream. Bytes of such a stream are checked and returned. */
export const encodeArrow = (data: unknown): Uint8Array => DataFrame.from(data).toArrow();

/** Decodes an Arrow IPC stream. Throws as `DataFrame.fromArrow` does. */
export const decodeArrow = (bytes: Uint8Array, limitBytes: number): DataFrame => DataFrame.fromArrow(bytes, limitBytes);
