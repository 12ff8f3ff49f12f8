// A publisher and a subscriber in a thread of their own, whose longest wait is what a bystander sees.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const program = fileURLToPath(new URL('../../packages/broker/test/trust/healthy-pair.mjs', import.meta.url));

/** 100 messages a second through the broker while `work` runs. Resolves with what the pair counted, and its longest wait. */
export async function beside(broker, work) {
  const { pubPort, account } = broker;
  const workerData = { pubPort, subPort: pubPort + 1, publisher: account, subscriber: account };
  const worker = new Worker(program, { workerData });
  await once(worker, 'message');
  await work();
  const counted = once(worker, 'message');
  worker.postMessage('stop');
  const [counts] = await counted;
  await worker.terminate();
  return counts;
}
