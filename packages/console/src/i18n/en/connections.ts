export const connections = {
  connections: {
    all: 'All connections',
    which: 'Connections to show',
    open: 'Open',
    closed: 'Recently closed',
    count: { open: '{{n}} open', closed: '{{n}} closed in the last hour' },
    search: 'User, address, connection or client',
    unknownUser: 'unknown',
    pattern: 'Pattern',
    connection: 'Connection',
    kind: 'Kind',
    kinds: { session: 'Session', plain: 'Plain', legacy: 'Legacy' },
    address: 'Address',
    subscriptions: 'Subscriptions',
    subscriptionsN: 'Subscriptions ({{n}})',
    noSubscriptions: 'This connection has no subscriptions.',
    since: 'Connected',
    closedAt: 'Closed',
    reason: 'Reason',
    about: 'Details',
    toUser: 'View user',
    none: 'No client is connected.',
    noneClosed: 'No connection was closed in the last hour.',
    howTo: 'How to connect',
    legacyHint:
      'A SUB socket without a log-in. It gets the topics to which live sessions from the same address have subscribed.',
    disconnect: 'Disconnect',
    disconnectTitle: 'Disconnect {{name}}?',
    disconnectText:
      'This closes connection {{id}} of {{name}} from {{address}}. Its backlog is lost. The client may reconnect at once.',
    disconnectUser: 'Disconnect user',
    disconnectUserTitle: 'Disconnect all sessions of {{name}}?',
    disconnectUserText_one: 'This closes {{n}} session of {{name}}. The user may reconnect while the token is valid.',
    disconnectUserText_other:
      'This closes {{n}} sessions of {{name}}. The user may reconnect while the token is valid.',
  },
  slow: {
    count: '{{n}} of {{of}} connections',
    none: 'Every subscriber keeps up.',
    causes: {
      backlogMessages:
        'Its backlog reached the message limit (broker.hwm): it reads more slowly than its topics are published.',
      backlogBytes:
        'Its backlog reached the byte limit (broker.outbox_bytes): it reads more slowly than its topics are published.',
      totalBacklog:
        'The backlogs of all subscribers together reached their limit (broker.outbox_total_bytes): several are slow at once.',
      behind: 'More than half of its backlog limit is used.',
    },
    advice: {
      backlogMessages: 'Read in a separate loop, or subscribe to fewer topics. For short bursts, raise broker.hwm.',
      backlogBytes:
        'Subscribe to fewer topics, or compress large payloads. For short bursts, raise broker.outbox_bytes.',
      totalBacklog:
        'Disconnect the subscribers with the largest backlog. If there is free memory, raise broker.outbox_total_bytes.',
      behind: 'Check its machine and its network. If it does not catch up, the broker drops its oldest messages.',
    },
  },
} as const;
