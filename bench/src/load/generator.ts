import type { Ask, Job, Report } from './job.js';
import { Publisher } from './publisher.js';
import { Subscriber } from './subscriber.js';

/** A load generator: a process of its own that carries out one job and answers what it is asked. */

const tell = (report: Report): void => {
  process.send?.(report);
};

let worker: Publisher | Subscriber | null = null;

async function begin(job: Job): Promise<void> {
  worker = job.kind === 'publish' ? await Publisher.open(job) : await Subscriber.open(job);
  tell({ kind: 'ready' });
}

function answer(ask: Ask): void {
  if (worker === null) return;
  if (ask === 'counts') {
    const { user, system } = process.cpuUsage();
    tell({ kind: 'counts', count: worker.count, atNs: Number(process.hrtime.bigint()), cpuUs: user + system });
  } else if (ask === 'reset') worker.reset();
  else if (ask === 'stop') worker.stop();
  else if (worker instanceof Subscriber) tell(worker.latency());
}

process.on('message', (message: { job: Job } | { ask: Ask }) => {
  if ('job' in message) void begin(message.job);
  else answer(message.ask);
});
process.once('disconnect', () => process.exit(0));
