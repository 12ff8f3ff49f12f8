/** Half a surrogate pair. JSON can write one, as in `"\ud800"`; UTF-8 cannot, and so neither can Arrow and Parquet. */
const half = /\p{Surrogate}/gu;

/** A text with U+FFFD in the place of each half of a surrogate pair; mostly the text itself. */
export const replaceHalves = (text: string): string => text.replace(half, '\ufffd');
