/**
 * A subscription without messages whose snapshot ends at once: when its end arrives, everything that the broker had accepted before has
 * arrived, too. The level is one that no program should use for a topic.
 */
export const probeTopic = 'pmq_heads_probe';
