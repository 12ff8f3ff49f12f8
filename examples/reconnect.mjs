// The events of a connection, and the options for lost connections.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient({
  ...connection,
  // Tries for ever, also before the first connection. The delays grow from 1 s to 30 s and are random (full jitter).
  reconnect: { maxTries: Number.POSITIVE_INFINITY, fromStart: true },
  // Sends unacknowledged messages again, marked as possible duplicates.
  inFlight: 'retry',
  pingIntervalMs: 5_000,
});
client
  .on('connected', ({ server }) => console.log(`connected to ${server}`))
  .on('disconnected', ({ error }) => console.log(`lost: ${error.message}`))
  .on('reconnecting', ({ tryCount, delayMs }) => console.log(`try ${tryCount} in ${delayMs} ms`))
  .on('reconnected', () => console.log('reconnected, with all subscriptions'))
  .on('gap', ({ topic, epochChanged, missedCount }) =>
    console.log(epochChanged ? `${topic}: missed some messages` : `${topic}: missed ${missedCount} messages`),
  )
  .on('error', (error) => console.error(error.message));

await client.connect();
await client.subscribe('market_data', '>', { onMessage: ({ topic }) => console.log(topic) });
await client.publish('market_data', 'sz000651.trade', 'hello', { format: 'string' });
await client.close();
