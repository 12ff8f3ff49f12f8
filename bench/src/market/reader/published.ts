/** Messages published in turn to all topics, as the load generators do: each feed begins again at topic 0. */

/** Messages of `feeds` to a topic. Each feed is the number of messages that it sent. */
export const publishedTo = (topic: number, topicCount: number, feeds: readonly number[]): number =>
  feeds.reduce((sum, count) => sum + Math.floor((count - topic + topicCount - 1) / topicCount), 0);

/** The newest sequence of each topic, where each had `startSequence` before the feeds. */
export const newestSequences = (topicCount: number, startSequence: number, feeds: readonly number[]): Uint32Array =>
  Uint32Array.from({ length: topicCount }, (_, topic) => startSequence + publishedTo(topic, topicCount, feeds));
