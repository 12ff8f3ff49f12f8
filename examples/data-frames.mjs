// DataFrames: publish rows, receive typed columns. docs/dataframes.md describes how pandas reads them.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect();
const subscription = await client.subscribe('market_data', 'bars.>');

const bars = [
  { time: new Date('2026-01-05T01:30:00Z'), open: 10.5, close: 10.6, volume: 9_007_199_254_740_993n },
  { time: new Date('2026-01-05T01:31:00Z'), open: 10.6, close: 10.4, volume: 200n },
];
await client.publish('market_data', 'bars.sz000651', bars, { format: 'df_pyarrow', compress: 'zstd' });

for await (const { data: frame } of subscription) {
  console.log(`${frame.length} rows of ${frame.columnNames.join(', ')}`);
  for (const row of frame.rows()) console.log(row.time.toISOString(), row.close, row.volume);
  break;
}
await client.close();
