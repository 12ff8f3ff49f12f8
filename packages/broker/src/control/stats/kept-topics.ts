/** What is needed to choose the topics that get statistics of their own. */
interface TopicActivity {
  readonly msgCount: number;
  readonly droppedCount: number;
  readonly isStale?: boolean;
}

const isTroubled = ({ droppedCount, isStale }: TopicActivity): boolean => droppedCount > 0 || isStale === true;

/**
 * The topics that get a row of their own, at most `maxCount`: first those with drops and those that went stale, then the busiest. Rows of all
 * topics would be 20 MB a minute at 100,000 topics.
 */
export function keptTopics<Topic extends TopicActivity>(topics: readonly Topic[], maxCount: number): readonly Topic[] {
  if (topics.length <= maxCount) return topics;
  const order = (left: Topic, right: Topic): number =>
    Number(isTroubled(right)) - Number(isTroubled(left)) || right.msgCount - left.msgCount;
  return [...topics].sort(order).slice(0, maxCount);
}
