// Without acknowledgements, and how to know all the same that everything has been worked off.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect();
for (let index = 0; index < 1_000; index++) {
  // Resolves when there is room for the next: a publisher that awaits it cannot run away.
  await client.publish('market_data', 'sz000651.trade', Buffer.from(String(index)), { ack: false });
}
await client.flush();
console.log('all 1,000 worked off');
await client.close();
