// The fastest way to receive: a callback for each message, called as it comes.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const count = 10_000;
const client = new PulseMQClient(connection);
await client.connect();

let received = 0;
const all = new Promise((resolve) => {
  void client.subscribe('market_data', 'burst.>', { onMessage: () => ++received === count && resolve() }).then(() =>
    // One topic, many messages: acknowledged in order, only so many on their way at once.
    client.publishMany(
      'market_data',
      'burst.ticks',
      Array.from({ length: count }, (_, index) => Buffer.from(String(index))),
    ),
  );
});
await all;
console.log(`received ${received} messages`);
await client.close();
