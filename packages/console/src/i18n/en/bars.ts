/** The bar rules of a namespace. */
export const bars = {
  bars: {
    tab: 'Bars',
    hint: 'The broker makes bars of the prices in the source topics and publishes them to the target, as the user $broker. {1} stands for what the first * or > of the source matched.',
    fields: {
      source: 'Source pattern',
      target: 'Target topic',
      interval: 'Interval',
      price: 'Price column',
      size: 'Size column',
      time: 'Time column',
      grace: 'Grace for late prices',
      update: 'Update an open bar every',
    },
    byName: 'found by its name',
    receipt: 'time of receipt',
    atEnd: 'only at its end',
    remove: 'Remove rule',
    calendarsHint: 'Prices outside the hours of the calendar make no bar. A bar ends with the last close in it.',
  },
} as const;
