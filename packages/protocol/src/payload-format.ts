/** Names of the payload formats, in the order of their codes (byte 2 of the header). The Python client uses the same names. */
export const payloadFormats = ['bytes', 'string', 'df_msgpack', 'df_pyarrow'] as const;

/** `bytes` is raw, `string` UTF-8 text, `df_msgpack` a DataFrame as an array of row maps, `df_pyarrow` one as an Arrow IPC stream. */
export type PayloadFormat = (typeof payloadFormats)[number];

/** Code of a format. */
export const FormatCode = { bytes: 0, string: 1, df_msgpack: 2, df_pyarrow: 3 } as const satisfies Record<
  PayloadFormat,
  number
>;

/** Name of a format code; undefined for undefined codes. */
export const formatOfCode = (code: number): PayloadFormat | undefined => payloadFormats[code];
