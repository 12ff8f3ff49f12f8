import { createHash } from 'node:crypto';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { PrefixSet } from './prefix-set.js';

/** Topics that a subscriber wants: those of a namespace that match a pattern and begin with one of the prefixes. */
export interface Interest {
  readonly namespace: string;
  /** A checked pattern; `>` when only the prefixes select. */
  readonly pattern: string;
  readonly prefixes: PrefixSet;
}

/** An interest in an index, with the group that has it. */
export interface IndexedInterest<Group = InterestGroup> {
  readonly group: Group;
  readonly prefixes: PrefixSet;
}

/** A set of interests, each once, and its key. Equal sets have equal keys, in whatever order and however often an interest occurs. */
export interface InterestSet {
  readonly key: string;
  readonly interests: readonly Interest[];
}

/** Longer texts are hashed: a key is compared, copied and kept for each subscriber. */
const plainKeyLength = 128;

/** Makes a set of interests. */
export function interestSet(interests: Iterable<Interest>): InterestSet {
  const byWord = new Map<string, Interest>();
  for (const interest of interests) byWord.set(wordOf(interest), interest);
  return { key: keyOf([...byWord.keys()].sort().join('\n')), interests: [...byWord.values()] };
}

/** Joins sets that have no interest in common. */
export function joinedSets(sets: readonly InterestSet[]): InterestSet {
  if (sets.length === 1) return sets[0]!;
  const key = keyOf(
    sets
      .map((set) => set.key)
      .sort()
      .join('\n'),
  );
  return { key, interests: sets.flatMap((set) => set.interests) };
}

/** Names and prefixes hold no blank. */
const wordOf = ({ namespace, pattern, prefixes }: Interest): string => `${namespace} ${pattern} ${prefixes.key}`;

const keyOf = (text: string): string =>
  text.length <= plainKeyLength ? text : createHash('sha256').update(text).digest('base64');
