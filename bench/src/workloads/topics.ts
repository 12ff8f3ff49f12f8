import { matchPattern } from '@pulsemq/protocol';

/** Topics of equal length, such as `sz000042.tick`. */
export const topicList = (count: number, kind = 'tick'): string[] =>
  Array.from({ length: count }, (_, index) => `sz${String(index).padStart(6, '0')}.${kind}`);

/** `count` subscribers, each of every topic. */
export const everything = (count: number): string[][] => Array.from({ length: count }, () => ['>']);

/** Subscribers of a hundred topics each, all different: ten topics per reader, ten readers per topic. */
export function differentInterests(readerCount: number): { topics: string[]; interests: string[][] } {
  const topics = topicList(readerCount * 10);
  const interests = Array.from({ length: readerCount }, (_, reader) =>
    Array.from({ length: 100 }, (_, index) => topics[(reader * 10 + index * 97) % topics.length]!),
  );
  return { topics, interests };
}

/**
 * How many of these subscribers receive each message. Throws a RangeError where the number differs between topics: losses are
 * computed from totals, which needs one number for all.
 */
export function receiversOfEach(topics: readonly string[], interests: readonly (readonly string[])[]): number {
  const exact = new Map<string, number>(topics.map((topic) => [topic, 0]));
  const patterns: string[][] = [];
  for (const interest of interests) {
    if (interest.some((pattern) => /[*>]/.test(pattern))) patterns.push([...interest]);
    else for (const topic of new Set(interest)) exact.set(topic, (exact.get(topic) ?? 0) + 1);
  }
  const counts = topics.map(
    (topic) =>
      exact.get(topic)! +
      patterns.filter((interest) => interest.some((pattern) => matchPattern(pattern, topic))).length,
  );
  const [first = 0] = counts;
  const other = counts.findIndex((count) => count !== first);
  if (other >= 0) {
    throw new RangeError(
      `${topics[0]} has ${first} receivers, ${topics[other]} has ${counts[other]}: give every topic equally many, or losses cannot be counted`,
    );
  }
  return first;
}
