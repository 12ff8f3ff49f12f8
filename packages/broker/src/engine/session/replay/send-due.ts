import type { ReplayPage } from '../../../journal/replay-query.js';
import { Batch } from '../../fanout/batch/batch.js';
import type { Subscriber } from '../../fanout/subscriber/subscriber.js';
import type { PageLease } from './page-lease.js';
import type { ReplayJob } from './replay-job.js';

/** More bytes than this are written in pieces, so that a large message does not hold up ticks. */
const wholeWriteMaxBytes = 524_288;

/**
 * Sends the messages of a page that are due and not sent yet. Returns how long the next one has to wait, in milliseconds; 0 when all are sent, and
 * then the page is not to be sent from any more.
 */
export function sendDue(job: ReplayJob, lease: PageLease, subscriber: Subscriber, nowUs: number): number {
  const { page } = lease;
  const { count, endBytes, waitMs } = dueOf(job, page);
  if (count > job.sentCount) {
    const bytes = Buffer.from(page.bytes.buffer, page.bytes.byteOffset + job.sentBytes, endBytes - job.sentBytes);
    deliver(batchOf(bytes, nowUs), lease, subscriber);
    job.count += count - job.sentCount;
    job.sentCount = count;
    job.sentBytes = endBytes;
  }
  if (waitMs > 0) return waitMs;
  job.sentCount = 0;
  job.sentBytes = 0;
  lease.release();
  return 0;
}

/** Sends a batch of a page. It holds the page while its bytes wait, here or in the socket. */
function deliver(batch: Batch, lease: PageLease, subscriber: Subscriber): void {
  lease.take();
  let isHeld = true;
  const release = (): void => {
    if (isHeld) lease.release();
    isHeld = false;
  };
  batch.onFree = release;
  subscriber.deliverOlder(batch);
  // Without pins the batch was written at once, or its connection has ended and freed it already.
  if (batch.pins === 0) release();
}

/** The messages of a page that are due: their number and their bytes from its beginning, and how long the next one has to wait. */
function dueOf(
  { pace, isJoined, sentCount }: ReplayJob,
  page: ReplayPage,
): { readonly count: number; readonly endBytes: number; readonly waitMs: number } {
  // One that has reached the present sends what is left at once: it is new.
  if (pace === null || page.pace === null || isJoined) {
    return { count: page.count, endBytes: page.bytes.length, waitMs: 0 };
  }
  const { ends, timesUs } = page.pace;
  const nowMs = performance.now();
  let count = sentCount;
  let waitMs = 0;
  while (count < page.count) {
    waitMs = pace.waitMs(timesUs[count]!, nowMs);
    if (waitMs > 0) break;
    count++;
  }
  return { count, endBytes: count === 0 ? 0 : ends[count - 1]!, waitMs };
}

function batchOf(bytes: Buffer, nowUs: number): Batch {
  if (bytes.length > wholeWriteMaxBytes) return Batch.ofChunks([bytes], bytes.length, nowUs);
  const batch = new Batch(bytes, -1);
  batch.endBytes = bytes.length;
  batch.readAtUs = nowUs;
  return batch;
}
