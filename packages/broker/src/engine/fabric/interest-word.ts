import { checkNamespace, checkPattern, matchPattern } from '@pulsemq/protocol';
import type { Interest } from '../route/interest.js';
import { allTopics, PrefixSet } from '../route/prefix-set.js';

/**
 * One thing that subscribers of a broker want, as text: `market 600000.SH.*` is a pattern of a namespace, `market =600000` a plain prefix, which
 * no pattern begins with. Legacy subscribers with prefixes and patterns together announce the patterns: a little more arrives, and nothing
 * is missing.
 */
export type InterestWord = string;

const prefixMark = '=';
const prefixMaxLength = 160;

/** The words of an interest. */
export function wordsOf({ namespace, pattern, prefixes }: Interest): InterestWord[] {
  if (pattern !== '>' || prefixes === allTopics) return [`${namespace} ${pattern}`];
  return prefixes.prefixes.map((prefix) => `${namespace} ${prefixMark}${prefix}`);
}

export const namespaceOf = (word: InterestWord): string => word.slice(0, word.indexOf(' '));

/** What stands behind the namespace: a pattern, or a prefix with its mark. */
const topicsOf = (word: InterestWord): string => word.slice(word.indexOf(' ') + 1);

/** A topic of the word's namespace is one that it wants. */
export function wantsTopic(word: InterestWord, topic: string): boolean {
  const topics = topicsOf(word);
  if (topics.startsWith(prefixMark)) return topic.startsWith(topics.slice(1));
  return topics === '>' || matchPattern(topics, topic);
}

/** The interest that a word stands for. */
export function interestOf(word: InterestWord): Interest {
  const namespace = namespaceOf(word);
  const topics = topicsOf(word);
  if (!topics.startsWith(prefixMark)) return { namespace, pattern: topics, prefixes: allTopics };
  return { namespace, pattern: '>', prefixes: new PrefixSet([topics.slice(1)]) };
}

/** A word from another broker follows the rules of names. */
export function isWord(word: unknown): word is InterestWord {
  if (typeof word !== 'string' || !word.includes(' ') || checkNamespace(namespaceOf(word)) !== undefined) return false;
  const topics = topicsOf(word);
  return topics.startsWith(prefixMark) ? topics.length <= prefixMaxLength : checkPattern(topics) === undefined;
}
