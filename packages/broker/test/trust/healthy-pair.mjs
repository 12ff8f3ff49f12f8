import { parentPort, workerData } from 'node:worker_threads';
import { PulseMQClient } from '@pulsemq/client';

/**
 * A publisher and a subscriber that behave well, in a thread of their own, so that what a test does beside them does not disturb their clock.
 * Publishes 100 messages a second until a message asks it to stop, then reports how many arrived and the longest wait.
 */

const intervalMs = 10;
const { pubPort, subPort, publisher, subscriber } = workerData;

const connected = async ({ username, token }) => {
  const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username, token });
  await client.connect();
  return client;
};

const [sender, receiver] = await Promise.all([connected(publisher), connected(subscriber)]);
let sentCount = 0;
let receivedCount = 0;
let longestWaitMs = 0;
let allArrived = () => {};
const waits = new Map();

const onMessage = (message) => {
  const sequence = Number(message.data.toString());
  longestWaitMs = Math.max(longestWaitMs, performance.now() - waits.get(sequence));
  waits.delete(sequence);
  receivedCount++;
  if (receivedCount === sentCount) allArrived();
};
await receiver.subscribe('healthy', '>', { onMessage });

const beganMs = performance.now();
const timer = setInterval(() => {
  // A late timer publishes everything that was due: the wait of each message counts from when it was due.
  while (beganMs + sentCount * intervalMs <= performance.now()) {
    waits.set(sentCount, beganMs + sentCount * intervalMs);
    sender.publish('healthy', 'tick', Buffer.from(String(sentCount++))).catch(() => {});
  }
}, intervalMs);
parentPort.postMessage('running');

parentPort.once('message', async () => {
  clearInterval(timer);
  if (receivedCount < sentCount) {
    await Promise.race([
      new Promise((resolve) => {
        allArrived = resolve;
      }),
      new Promise((resolve) => setTimeout(resolve, 10_000)),
    ]);
  }
  await Promise.all([sender.close(), receiver.close()]);
  parentPort.postMessage({ sentCount, receivedCount, longestWaitMs });
});
