export const help = {
  help: {
    code: 'Ready code',
    codeHint: 'With this host and its ports. Put the token of the user in.',
    namespace: 'Namespace',
    user: 'User',
    keys: 'Keyboard',
    pages: 'Pages',
    about: {
      dashboard: 'Is it up, is data flowing, is anything stale, is anybody losing messages, how late is it.',
      topics: 'Every topic with its rate, its age and its readers; open one to watch its messages pass.',
      connections:
        'Who is connected, what each gets and how far behind it is; end a connection or every one of a user.',
      slow: 'Readers that cannot keep up, with the cause and what to do about it.',
      namespaces: 'Where topics and rights live; whether last values are kept.',
      users: 'Who may come in; tokens, which are shown once, and passwords.',
      permissions: 'Who may read, publish or manage in which namespace, and why.',
      audit: 'Who changed what, when and from where.',
      publish: 'One message in any format, and what a reader gets of it.',
      settings: 'The configuration in force, definitions as a file, and your language and colours.',
      help: 'This page.',
    },
    more: 'Further reading',
    tokenPlace: 'token of the user',
  },
} as const;
