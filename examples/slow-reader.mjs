// A slow reader: its queue is bounded, drops the oldest messages and reports the loss.
import { PulseMQClient } from '@pulsemq/client';
import { connection } from './connection.mjs';

const client = new PulseMQClient(connection);
client.on('slow', ({ pattern, droppedCount }) => console.log(`${pattern} is slow, ${droppedCount} lost so far`));
await client.connect();

const subscription = await client.subscribe('market_data', 'fast.>', { queueLimit: 100, onFull: 'dropOldest' });
// Nothing reads the subscription while these messages arrive.
await client.publishMany(
  'market_data',
  'fast.tick',
  Array.from({ length: 1_000 }, (_, index) => Buffer.from([index % 256])),
);
await client.publish('market_data', 'fast.end', Buffer.from('end'));

let count = 0;
for await (const { topic } of subscription) {
  count += 1;
  if (topic === 'fast.end') break;
}
console.log(`${count} kept + ${subscription.droppedCount} lost = ${count + subscription.droppedCount} sent`);
await client.close();
