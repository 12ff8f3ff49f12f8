import { Churner } from './churner.js';
import { Connector } from './connector.js';
import { Dashboards } from './dashboards.js';
import type { Ask, Job, Report, Worker } from './job.js';
import { Publisher } from './publisher.js';
import { Subscriber } from './subscriber.js';

/** A load generator: a process of its own that carries out one job and answers what it is asked. */

const tell = (report: Report): void => {
  process.send?.(report);
};

/** The client libraries are loaded by those who use them: they cost the others a third of their start. */
async function open(job: Job): Promise<Worker> {
  switch (job.kind) {
    case 'publish':
      return Publisher.open(job);
    case 'subscribe':
      return Subscriber.open(job);
    case 'churn':
      return Churner.open(job);
    case 'connect':
      return new Connector(job);
    case 'dashboards':
      return Dashboards.open(job);
    case 'sdkPublish':
      return (await import('./sdk-publisher.js')).SdkPublisher.open(job);
    case 'sdkReceive':
      return (await import('./sdk-receiver.js')).SdkReceiver.open(job);
  }
}

function tellCounts({ count, more = {} }: Worker): void {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'counts', count, atNs: Number(process.hrtime.bigint()), cpuUs: user + system, more });
}

async function carryOut(action: (() => Promise<void>) | undefined, worker: Worker): Promise<void> {
  const startedMs = performance.now();
  await action?.call(worker);
  tell({ kind: 'done', elapsedMs: performance.now() - startedMs });
}

function answer(worker: Worker, ask: Ask): void {
  if (ask === 'counts') tellCounts(worker);
  else if (ask === 'reset') worker.reset?.();
  else if (ask === 'stop') worker.stop();
  else if (ask === 'go' || ask === 'rest') void carryOut(worker[ask], worker);
  else if (worker.latency !== undefined) tell(worker.latency());
  else throw new Error('this generator measures no latency');
}

let opened: Promise<Worker> | null = null;

process.on('message', async (message: { job: Job } | { ask: Ask }) => {
  if ('ask' in message) return opened === null ? undefined : answer(await opened, message.ask);
  opened = open(message.job);
  await opened;
  tell({ kind: 'ready' });
});
process.once('disconnect', () => process.exit(0));
