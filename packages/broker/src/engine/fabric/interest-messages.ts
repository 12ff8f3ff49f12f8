import { parseObject } from '../session/wire/json-object.js';
import { type InterestWord, isWord } from './interest-word.js';

/** Characters of words in one message. */
const messageMaxLength = 48 * 1024;

/** The body of a message about the interest of a broker. */
export interface InterestBody {
  /** The version that it changes; null for all words, in one part or several. */
  readonly base: number | null;
  readonly version: number;
  readonly part: number;
  readonly partCount: number;
  readonly added: readonly InterestWord[];
  readonly removed: readonly InterestWord[];
}

/** A change as one message; undefined when it is too long for one. */
export function changeBody(
  version: number,
  added: readonly InterestWord[],
  removed: readonly InterestWord[],
): InterestBody | undefined {
  const length = [...added, ...removed].reduce((sum, word) => sum + word.length, 0);
  if (length > messageMaxLength) return undefined;
  return { base: version - 1, version, part: 0, partCount: 1, added, removed };
}

/** All words, as one or more messages. */
export function wholeBodies(version: number, words: readonly InterestWord[]): InterestBody[] {
  const parts: InterestWord[][] = [[]];
  let length = 0;
  for (const word of words) {
    length += word.length;
    if (length > messageMaxLength) {
      parts.push([]);
      length = word.length;
    }
    parts.at(-1)!.push(word);
  }
  return parts.map((added, part) => ({ base: null, version, part, partCount: parts.length, added, removed: [] }));
}

/** Undefined for text that is not a body, or has a word that breaks the rules of names. */
export function parseInterest(text: string): InterestBody | undefined {
  const body = parseObject(text);
  if (body === undefined) return undefined;
  const { base, version, part, partCount, added, removed } = body;
  if (base !== null && typeof base !== 'number') return undefined;
  if (typeof version !== 'number' || typeof part !== 'number' || typeof partCount !== 'number') return undefined;
  const areWords = Array.isArray(added) && Array.isArray(removed) && added.every(isWord) && removed.every(isWord);
  return areWords ? { base, version, part, partCount, added, removed } : undefined;
}
