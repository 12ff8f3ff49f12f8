export const help = {
  help: {
    code: 'Code to connect',
    codeHint: 'The code has the host and the ports of this broker. Insert the token of the user.',
    pages: 'Pages',
    about: {
      dashboard: 'State of the broker, data flow, stale topics, message loss and latency.',
      prices: 'The newest price of every topic of a pattern, with change, age and status. Save boards for later.',
      topics: 'Every topic with its rate, its last message and its subscribers. Open a topic to follow its messages.',
      connections: 'Every connection with its rates, lag and backlog. Disconnect one, or all of a user.',
      slow: 'Subscribers that do not keep up, with the cause and the remedy.',
      alerts: 'What has fired: acknowledge it, or mute it for some time.',
      namespaces: 'Create, change and delete namespaces. Choose whether the broker keeps last values.',
      users: 'Create users, reset tokens and set passwords.',
      permissions: 'The role of each user in each namespace, and why access is allowed or denied.',
      audit: 'Every change: the operator, the time, the address, and the values before and after.',
      publish: 'Publish one message in any format and see what a subscriber receives.',
      settings: 'The current configuration, definitions as a file, and your language and colours.',
      help: 'This page.',
    },
    api: 'API',
    tokenPlace: 'token of the user',
  },
} as const;
