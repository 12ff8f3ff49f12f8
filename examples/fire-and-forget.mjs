// Publishing without acknowledgements, and waiting at the end until the broker has handled everything.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect();
for (let index = 0; index < 1_000; index++) {
  // Resolves when there is room for the next message, so that the publisher cannot outrun the connection.
  await client.publish('market_data', 'sz000651.trade', Buffer.from(String(index)), { ack: false });
}
await client.flush();
console.log('the broker has handled all 1,000 messages');
await client.close();
