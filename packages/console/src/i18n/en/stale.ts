/** Why a topic is stale, and the rules that say so. */
export const stale = {
  stale: {
    reason: 'Reason',
    staleFor: 'Stale since',
    since: 'Since {{time}}.',
    reasons: {
      silent: 'silent',
      publisher_gone: 'publisher gone',
      never_started: 'not started',
      outside_hours: 'Market closed',
    },
    sentences: {
      silent: 'The last message is older than the rule of the topic allows.',
      publisher_gone: 'Every session that published to this topic in its last minute has ended.',
      never_started: 'The market is open and nothing was published since the broker started.',
      outside_hours: 'The calendar of the topic says that the market is closed.',
    },
    goneHint: 'Its publishers have disconnected. No freshness rule matches this topic, so it is not stale.',
    editRules: 'Freshness rules',
  },
} as const;
