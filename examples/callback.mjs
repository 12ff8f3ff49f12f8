// The fastest way to receive: a callback that is called for each message as it arrives.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const count = 10_000;
const client = new PulseMQClient(connection);
await client.connect();

let received = 0;
let finish;
const all = new Promise((resolve) => {
  finish = resolve;
});
await client.subscribe('market_data', 'burst.>', {
  onMessage: () => {
    received += 1;
    if (received === count) finish();
  },
});
// Publishes many messages to one topic, with a limit on unacknowledged messages.
await client.publishMany(
  'market_data',
  'burst.ticks',
  Array.from({ length: count }, (_, index) => Buffer.from(String(index))),
);
await all;
console.log(`received ${received} messages`);
await client.close();
