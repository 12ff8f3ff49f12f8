/** The names of the payload formats, as in Python, in the order of their codes (byte 2 of the header). */
export const payloadFormats = ['bytes', 'string', 'df_msgpack', 'df_pyarrow'] as const;

/** `bytes` raw, `string` UTF-8 text, `df_msgpack` an array of row maps, `df_pyarrow` an Arrow IPC stream. */
export type PayloadFormat = (typeof payloadFormats)[number];

/** Code of a format name, 0 to 3. */
export const FormatCode = { bytes: 0, string: 1, df_msgpack: 2, df_pyarrow: 3 } as const satisfies Record<
  PayloadFormat,
  number
>;

/** Name of a format code, or undefined for a code nobody has defined. */
export const formatOfCode = (code: number): PayloadFormat | undefined => payloadFormats[code];
