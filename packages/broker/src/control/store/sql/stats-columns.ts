import type { SystemStatsRow, TopicStatsRow, UserStatsRow } from '../stats-rows.js';

/** Columns of the statistics, without the broker. */
export const statsColumns = {
  system: [
    'ts',
    'msgCount',
    'byteCount',
    'deliveredCount',
    'deliveredBytes',
    'droppedCount',
    'connections',
    'onlineUsers',
    'authTotal',
    'authFail',
    'permDenied',
    'publisherDelays',
    'brokerDelays',
    'engineLoopLagMs',
    'memoryMb',
  ],
  topic: [
    'topicId',
    'ts',
    'msgCount',
    'byteCount',
    'matchedCount',
    'droppedCount',
    'subscriberCount',
    'aheadCount',
    'publisherDelays',
    'brokerDelays',
  ],
  user: ['userId', 'ts', 'pubCount', 'pubBytes', 'subCount', 'subBytes', 'droppedCount', 'errorCount', 'onlineMinutes'],
} as const satisfies {
  readonly system: readonly (keyof SystemStatsRow)[];
  readonly topic: readonly (keyof TopicStatsRow)[];
  readonly user: readonly (keyof UserStatsRow)[];
};

/** Columns that identify a row of one broker. */
export const statsKeys = { system: ['ts'], topic: ['topicId', 'ts'], user: ['userId', 'ts'] } as const;
