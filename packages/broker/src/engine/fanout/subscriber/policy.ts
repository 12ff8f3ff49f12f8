/** What happens when a subscriber lags. */
export const slowPolicies = ['dropOldest', 'dropNewest', 'conflate', 'disconnect'] as const;

/**
 * `dropOldest`: past the limits the oldest messages go. `dropNewest`: new ones are not taken. `conflate`: from the first write that the kernel does
 * not take, only the newest value of each topic waits. `disconnect`: past the limits the connection is closed.
 */
export type SlowPolicy = (typeof slowPolicies)[number];
