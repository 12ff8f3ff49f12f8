export const topics = {
  topics: {
    search: 'Name, or a pattern with * and >',
    trend: 'Trend',
    rate: 'Rate',
    sequence: 'Sequence',
    latencyP99: 'Latency P99',
    count_one: '{{n}} topic',
    count_other: '{{n}} topics',
    staleCount: '{{n}} stale',
    staleOnly: 'Stale only',
    view: 'View',
    tree: 'Tree',
    list: 'List',
    none: 'No topics yet. A topic appears with its first message.',
    noMatch: 'No topic matches the search.',
  },
} as const;
