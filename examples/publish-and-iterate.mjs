// Publishes a few prices, and receives them with their sequence numbers.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect();

const subscription = await client.subscribe('market_data', 'sz000651.*');
for (const price of [10.5, 10.6, 10.55]) {
  // Resolves when the broker has acknowledged the message.
  await client.publish('market_data', 'sz000651.trade', JSON.stringify({ price }), { format: 'string' });
}

let count = 0;
for await (const message of subscription) {
  console.log(message.topic, message.sequence, message.data);
  if (++count === 3) break;
}
await client.close();
