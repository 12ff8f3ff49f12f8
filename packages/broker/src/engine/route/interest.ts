import type { InterestGroup } from '../fanout/interest-group.js';

/** One thing a subscriber wants: topics of a namespace by pattern, by prefix, or by both. */
export interface InterestAtom {
  readonly namespace: string;
  /** A checked pattern; `>` when only the prefix selects. */
  readonly pattern: string;
  /** Plain prefix the topic must have; empty for none. */
  readonly prefix: string;
}

/** An atom in an index: whom it leads to. */
export interface IndexedInterest {
  readonly group: InterestGroup;
  readonly prefix: string;
}

/** Text that equal sets of atoms share, whatever order they came in and however often. Names cannot hold a blank. */
export function interestKey(atoms: Iterable<InterestAtom>): string {
  const words = new Set<string>();
  for (const atom of atoms) words.add(`${atom.namespace} ${atom.pattern} ${atom.prefix}`);
  return [...words].sort().join('\n');
}
