/** A place in a journal: behind it, messages follow that a reader has not had. */
export interface JournalPlace {
  /** Number of the segment. */
  readonly segment: number;
  /** Where the checksums of its blocks begin. It is random, so it tells a segment from one of another journal with the same number. */
  readonly seed: number;
  /** Offset of the next block. */
  readonly at: number;
}

const pattern = /^(\d{1,15})\.([0-9a-f]{8})\.(\d{1,15})$/;

/** The text of a place, such as `12.0badf00d.4096`. Readers keep it and give it back as it is. */
export const placeText = ({ segment, seed, at }: JournalPlace): string =>
  `${segment}.${seed.toString(16).padStart(8, '0')}.${at}`;

/** The place of a text; undefined when the text is not one. */
export function parsePlace(text: string): JournalPlace | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return { segment: Number(match[1]), seed: Number.parseInt(match[2]!, 16), at: Number(match[3]) };
}
