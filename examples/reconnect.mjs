// What a client tells of its connection, and how it is to behave when that is lost.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient({
  ...connection,
  // From 1 s to 30 s with full jitter, without end, and also when the broker is not there yet.
  reconnect: { maxTries: Number.POSITIVE_INFINITY, fromStart: true },
  // Publishes that were unanswered are sent again, marked as possible duplicates.
  inFlight: 'retry',
  pingIntervalMs: 5_000,
});
client
  .on('connected', ({ server }) => console.log(`connected to ${server}`))
  .on('disconnected', ({ error }) => console.log(`lost: ${error.message}`))
  .on('reconnecting', ({ tryCount, delayMs }) => console.log(`try ${tryCount} in ${delayMs} ms`))
  .on('reconnected', () => console.log('back, with all subscriptions'))
  .on('gap', ({ topic, epochChanged, missedCount }) =>
    console.log(epochChanged ? `${topic}: some were missed` : `${topic}: ${missedCount} were missed`),
  )
  .on('error', (error) => console.error(error.message));

await client.connect();
await client.subscribe('market_data', '>', { onMessage: ({ topic }) => console.log(topic) });
await client.publish('market_data', 'sz000651.trade', 'hello', { format: 'string' });
await client.close();
