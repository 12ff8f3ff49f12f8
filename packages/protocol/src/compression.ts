/** Names of the compression algorithms, in the order of their codes. The Python client uses the same names. */
export const compressionAlgorithms = ['zlib', 'lz4', 'zstd'] as const;

/** `zlib` is RFC 1950, `lz4` the LZ4 frame format, `zstd` one frame with its content size (RFC 8878). */
export type CompressionAlgorithm = (typeof compressionAlgorithms)[number];

/** Code of an algorithm in the flags byte. 0 means not compressed. */
export const CompressionCode = { zlib: 1, lz4: 2, zstd: 3 } as const satisfies Record<CompressionAlgorithm, number>;

/** The bits of the flags byte that hold the compression code: the low four. */
export const compressionMask = 0x0f;

/** Serialised bytes below which a payload is sent uncompressed even if compression was requested. */
export const compressionThresholdBytes = 1024;

/** Name of a compression code 1 to 3; undefined for 0 (not compressed) and for unknown codes. */
export const algorithmOfCode = (code: number): CompressionAlgorithm | undefined => compressionAlgorithms[code - 1];
