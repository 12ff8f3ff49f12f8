/** The messages of a pattern, and the log of the broker. */
export const messages = {
  messages: {
    views: 'Views',
    save: 'Save this view',
    viewName: 'Name of the view',
    savedHere: 'Stored in this browser, with its pattern and its filter.',
    replaces: 'This replaces the view "{{name}}".',
    remove: 'Remove the view "{{name}}"',
    noNamespace: 'No namespaces yet. Messages belong to a namespace.',
  },
  logs: {
    search: 'Text or part of the broker',
    level: 'Lowest level',
    levels: { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' },
    lines_one: '{{n}} line',
    lines_other: '{{n}} lines',
    older: 'Show older lines',
    isWhole: 'The broker keeps no older lines in memory. The log file has them.',
    none: 'No line matches.',
  },
} as const;
