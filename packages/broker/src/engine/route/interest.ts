import type { InterestGroup } from '../fanout/interest-group.js';

/** Topics that a subscriber wants: those of a namespace that match a pattern and begin with a prefix. */
export interface Interest {
  readonly namespace: string;
  /** A checked pattern; `>` when only the prefix selects. */
  readonly pattern: string;
  /** Plain prefix the topic must have; empty for none. */
  readonly prefix: string;
}

/** An interest in an index, with the group that has it. */
export interface IndexedInterest {
  readonly group: InterestGroup;
  readonly prefix: string;
}

/** A text for a set of interests. Equal sets have equal texts, in whatever order and however often an interest occurs. Names hold no blank. */
export function interestKey(interests: Iterable<Interest>): string {
  const words = new Set<string>();
  for (const interest of interests) words.add(`${interest.namespace} ${interest.pattern} ${interest.prefix}`);
  return [...words].sort().join('\n');
}
