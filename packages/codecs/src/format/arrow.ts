import { DataFrame } from '../frame/data-frame.js';

/** An Arrow IPC stream. Bytes that are one already are checked and go as they are. */
export const encodeArrow = (data: unknown): Uint8Array => DataFrame.from(data).toArrow();

export const decodeArrow = (bytes: Uint8Array, limitBytes: number): DataFrame => DataFrame.fromArrow(bytes, limitBytes);
