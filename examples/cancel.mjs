// How to stop waiting: every call takes an AbortSignal.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
await client.connect({ signal: AbortSignal.timeout(5_000) });

const subscription = await client.subscribe('market_data', 'silent.>', { signal: AbortSignal.timeout(200) });
try {
  for await (const message of subscription) console.log(message.topic);
} catch (error) {
  console.log(`ended: ${error.code}`);
}
await client.close();
