// Payloads compressed with zstd, as the TypeScript client and the broker decode them.
import { compressedTarget } from '../compressed-target.mjs';

export const target = compressedTarget('zstd', 3, '28b52ffd');
