import type { DecodedPayload, EncodedPayload, DataFrame as Frame, PayloadInput } from '@pulsemq/codecs';
import { decodePlain, encodePlain, isPlainFormat, type PlainFormat } from '@pulsemq/codecs/plain';
import { algorithmOfCode, compressionMask, ErrorCode, FormatCode, formatOfCode, PulseMQError } from '@pulsemq/protocol';
import type { LazyCodecs } from './lazy-codecs.js';

export { jsonValue } from '@pulsemq/codecs/plain';

/**
 * The codecs of a browser. Bytes and text are part of the client; DataFrames and compressions are a file of their own, which is loaded when
 * they are first needed.
 */

type Codecs = typeof import('@pulsemq/codecs/payload');

/** After a failure the file is asked for again by the first message that comes this much later. */
const retryMs = 5_000;

let codecs: Codecs | null = null;
let loading: Promise<void> | null = null;
let failure: { readonly error: PulseMQError; readonly atMs: number } | null = null;

/** Loads the codecs with the first payload that needs them. */
export const lazyCodecs: LazyCodecs | null = {
  isReady: (formatCode, flags) =>
    codecs !== null ||
    plainFormatOf(formatCode, flags) !== undefined ||
    (failure !== null && performance.now() - failure.atMs < retryMs),
  load: () => {
    loading ??= loadOnce();
    return loading;
  },
};

async function loadOnce(): Promise<void> {
  try {
    codecs = await import('@pulsemq/codecs/payload');
    failure = null;
  } catch (cause) {
    const text = `the codecs of DataFrames and compressions could not be loaded: ${(cause as Error).message}`;
    failure = { error: new PulseMQError(ErrorCode.badPayload, text, { cause }), atMs: performance.now() };
    loading = null;
    throw failure.error;
  }
}

/** The format of a payload that needs no codec. */
function plainFormatOf(formatCode: number, flags: number): PlainFormat | undefined {
  const format = formatOfCode(formatCode);
  const isPlain = format !== undefined && isPlainFormat(format) && (flags & compressionMask) === 0;
  return isPlain ? format : undefined;
}

/** True for a DataFrame that `decodePayload` has made. */
export const isDataFrame = (data: unknown): data is Frame => codecs !== null && data instanceof codecs.DataFrame;

function frames(): Codecs['DataFrame'] {
  if (codecs !== null) return codecs.DataFrame;
  throw notLoaded('a DataFrame');
}

/** To import the class itself would bring the codecs into the bundle of every program. */
const lazyFrames: Pick<Codecs['DataFrame'], 'from' | 'fromRows' | 'fromColumns' | 'fromColumnList' | 'fromArrow'> = {
  from: (...given) => frames().from(...given),
  fromRows: (...given) => frames().fromRows(...given),
  fromColumns: (...given) => frames().fromColumns(...given),
  fromColumnList: (...given) => frames().fromColumnList(...given),
  fromArrow: (...given) => frames().fromArrow(...given),
};

/** The class DataFrame. Its functions throw a PulseMQError `PMQ_BAD_PAYLOAD` while the codecs are not loaded. */
export const DataFrame = { ...lazyFrames, [Symbol.hasInstance]: isDataFrame } as unknown as Codecs['DataFrame'];
export type DataFrame = Frame;

/** As in `@pulsemq/codecs`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for a payload whose codec is not loaded. */
export function decodePayload(formatCode: number, flags: number, bytes: Uint8Array): DecodedPayload {
  if (codecs !== null) return codecs.decodePayload(formatCode, flags, bytes);
  const format = plainFormatOf(formatCode, flags);
  if (format !== undefined) return { data: decodePlain(format, bytes), format, compressed: undefined };
  const algorithm = algorithmOfCode(flags & compressionMask);
  const name = formatOfCode(formatCode) ?? formatCode;
  throw notLoaded(`a payload of format ${name}${algorithm === undefined ? '' : ` with ${algorithm}`}`);
}

/** As in `@pulsemq/codecs`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for a payload whose codec is not loaded. */
export function encodePayload(input: PayloadInput): EncodedPayload {
  if (codecs !== null) return codecs.encodePayload(input);
  const { format, data, compress } = input;
  if (compress !== undefined || !isPlainFormat(format)) throw notLoaded(`a payload of format ${format}`);
  return { payload: encodePlain(format, data), formatCode: FormatCode[format], flags: 0 };
}

const notLoaded = (what: string): PulseMQError =>
  failure?.error ?? new PulseMQError(ErrorCode.badPayload, `${what} needs its codec: await loadCodecs() first`);
