import { Churner } from './churner.js';
import { Connector } from './connector.js';
import { Dashboards } from './dashboards.js';
import type { Ask, NodeJob, Report, Worker } from './job.js';
import { Lanes } from './lanes.js';
import { Publisher } from './publisher.js';
import { Subscriber } from './subscriber.js';

/** A load generator: a process that carries out one job and answers requests about it. */

const send = (report: Report): void => {
  process.send?.(report);
};

/** Client libraries are imported only where a job uses them: they would take a third of every other generator's start. */
async function open(job: NodeJob): Promise<Worker> {
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
    case 'lanes':
      return Lanes.open(job);
    default:
      job satisfies never;
      throw new Error(`unknown job ${JSON.stringify(job)}`);
  }
}

function sendCounts({ count, more = {} }: Worker): void {
  const { user, system } = process.cpuUsage();
  send({ kind: 'counts', count, atNs: Number(process.hrtime.bigint()), cpuUs: user + system, more });
}

async function carryOut(action: (() => Promise<void>) | undefined, worker: Worker): Promise<void> {
  const startedMs = performance.now();
  await action?.call(worker);
  send({ kind: 'done', elapsedMs: performance.now() - startedMs });
}

function answer(worker: Worker, ask: Ask): void {
  switch (ask) {
    case 'counts':
      return sendCounts(worker);
    case 'reset':
      return worker.reset?.();
    case 'latency':
      if (worker.latency === undefined) throw new Error('only a job with measuresLatency records delays');
      return send(worker.latency());
    case 'go':
    case 'rest':
      return void carryOut(worker[ask], worker);
    case 'stop':
      return worker.stop();
    default:
      ask satisfies never;
      throw new Error(`unknown request ${ask}`);
  }
}

let opened: Promise<Worker> | null = null;

process.on('message', async (message: { job: NodeJob } | { ask: Ask }) => {
  if ('ask' in message) return opened === null ? undefined : answer(await opened, message.ask);
  opened = open(message.job);
  await opened;
  send({ kind: 'ready' });
});
process.once('disconnect', () => process.exit(0));
