import { bytesOfBase64 } from '#bytes';

/** An Arrow IPC stream of a schema without columns, and the end marker. */
const bytes = '/////zAAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAAAAAD/////AAAAAA==';

/** An Arrow IPC stream of no columns and no rows. */
export const emptyArrowStream = (): Uint8Array => bytesOfBase64(bytes);
