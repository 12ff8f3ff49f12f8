// Payloads compressed with zlib, as the TypeScript client and the broker decode them.
import { compressedTarget } from '../compressed-target.mjs';

export const target = compressedTarget('zlib', 1, '789c');
