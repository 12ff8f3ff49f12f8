/** The names of the compression algorithms, as in Python. */
export const compressionAlgorithms = ['zlib', 'lz4', 'zstd'] as const;

/** `zlib` RFC 1950, `lz4` the LZ4 frame format, `zstd` one frame with its content size (RFC 8878). */
export type CompressionAlgorithm = (typeof compressionAlgorithms)[number];

/** Low four bits of the flags byte; 0 is "not compressed". */
export const CompressionCode = { zlib: 1, lz4: 2, zstd: 3 } as const satisfies Record<CompressionAlgorithm, number>;

/** Which bits of the flags byte hold the compression code. */
export const compressionMask = 0x0f;

/** A payload shorter than this many serialised bytes is sent as it is, also when compression was asked for. */
export const compressionThresholdBytes = 1024;

/** Name of a compression code 1 to 3; undefined for 0 (none) and for codes nobody has defined. */
export const algorithmOfCode = (code: number): CompressionAlgorithm | undefined => compressionAlgorithms[code - 1];
