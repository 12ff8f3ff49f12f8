/** Names of the files of a journal. Numbers have a fixed width, so that names sort as numbers do. */

const digitCount = 12;
const segmentPattern = /^(\d{12})\.pmqj$/;

/** The file with the blocks of a segment. */
export const segmentName = (number: number): string => `${String(number).padStart(digitCount, '0')}.pmqj`;

/** The index of a segment that is closed. */
export const indexName = (number: number): string => `${String(number).padStart(digitCount, '0')}.pmqi`;

/** A file that is not whole yet. It gets its name when it is, so that a name always means a whole file. */
export const unfinishedName = (name: string): string => `${name}.part`;

/** Sequences and epochs at a clean stop. */
export const checkpointName = 'checkpoint.pmqc';

/** Numbers of the segments among these names, ascending. */
export function segmentNumbers(names: readonly string[]): number[] {
  const numbers: number[] = [];
  for (const name of names) {
    const match = segmentPattern.exec(name);
    if (match !== null) numbers.push(Number(match[1]));
  }
  return numbers.sort((a, b) => a - b);
}
