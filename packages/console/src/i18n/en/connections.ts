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
    protocol: 'Protocol',
    noClientName: 'not sent',
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
        'Its backlog reached the message limit (broker.backlog_messages): it reads more slowly than its topics are published.',
      backlogBytes:
        'Its backlog reached the byte limit (broker.backlog_bytes): it reads more slowly than its topics are published.',
      totalBacklog:
        'The backlogs of all subscribers together reached their limit (broker.backlog_total_bytes): several are slow at once.',
      behind: 'More than half of its backlog limit is used.',
    },
    lane: 'Lane {{n}}:',
    advice: {
      dropOldest:
        'A screen or a table that needs only the newest price can subscribe with onSlow "conflate" or with a maxRate, and with snapshot to start from the last values; its namespace must keep last values. A program that needs every message reads in a separate loop or subscribes to fewer topics. For short bursts, raise broker.backlog_messages.',
      dropNewest:
        'The newest messages are lost first. For prices, onSlow "conflate" or "dropOldest" suits better. A program that needs every message reads in a separate loop or subscribes to fewer topics.',
      conflate:
        'Nothing to do for a screen: it gets the newest value of each topic when it reads again. For every update, use onSlow "dropOldest" and read faster.',
      disconnect:
        'The client reads faster, subscribes to fewer topics, or takes another policy. After a reconnect, snapshot brings the last values.',
      paced: 'The lane has a maxRate already. A lower one, or fewer topics, leaves less to read.',
      backlogBytes:
        'Subscribe to fewer topics, compress large payloads, or subscribe with onSlow "conflate" where only the newest value counts. For short bursts, raise broker.backlog_bytes.',
      totalBacklog:
        'Disconnect the subscribers with the largest backlog. If there is free memory, raise broker.backlog_total_bytes.',
    },
  },
  lanes: {
    title: 'Lanes',
    lane: 'Lane',
    none: 'This session has no subscriptions, so it has no lanes.',
    account: 'matched = delivered + dropped + conflated + waiting',
    unbound: 'Not bound',
    unboundHint: 'No subscriber connection is bound to this lane, so it delivers nothing now.',
    perSecond: '/s',
    noLimit: 'none',
    subscriptions: 'Subscriptions',
    matched: 'Matched',
    conflated: 'Conflated',
    waiting: 'Waiting',
    policies: {
      dropOldest: 'When the backlog is full, the oldest messages that wait are dropped.',
      dropNewest: 'When the backlog is full, new messages are dropped and those that wait stay.',
      conflate:
        'When the client lags, only the newest message of each topic waits. It counts the updates it stands for.',
      disconnect: 'When the backlog is full, the connection of the lane is closed. The session stays.',
    },
    maxRateHint: 'At most this many updates a second of each topic. Newer values replace older ones between them.',
  },
} as const;
