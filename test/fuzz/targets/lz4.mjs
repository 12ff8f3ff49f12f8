// Payloads compressed with lz4, as the TypeScript client and the broker decode them.
import { compressedTarget } from '../compressed-target.mjs';

export const target = compressedTarget('lz4', 2, '04224d18');
