/** The board of prices. */
export const prices = {
  prices: {
    roles: { last: 'Last', prevClose: 'Previous close', bid: 'Bid', ask: 'Ask', volume: 'Volume' },
    change: 'Change',
    fromClose: '{{change}} from the previous close of {{basis}}',
    fromFirst: '{{change}} since this page was opened, at {{basis}}',
    age: 'Age',
    show: 'Show',
    fields: 'Prices from',
    fieldsHint: 'Which column of the payloads each price is read from.',
    found: 'By name: {{name}}',
    noColumn: 'none',
    boards: 'Boards',
    save: 'Save this board',
    boardName: 'Name of the board',
    savedHere: 'Stored in this browser, with its columns and its order.',
    replaces: 'This replaces the board "{{name}}".',
    remove: 'Remove the board "{{name}}"',
    leftOut_one: '{{n}} topic left out',
    leftOut_other: '{{n}} topics left out',
    leftOutHint:
      'A board has at most 5,000 topics, and no value of more than 64 KiB. Choose a narrower pattern to see the others.',
    unconfirmed: 'Not confirmed',
    unconfirmedHint: 'The connection was lost. The broker has not sent this topic since.',
    noValues: 'No topic of this pattern has a value yet.',
    noNamespace: 'No active namespace keeps last values. A board shows the last value of each topic.',
  },
} as const;
