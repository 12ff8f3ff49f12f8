import { expect, test } from 'vitest';
import { slabMaxBytes } from '../../../src/engine/fanout/batch/slab-pool.js';
import { SnapshotJob } from '../../../src/engine/session/subscribe/snapshot-job.js';
import { SnapshotPages } from '../../../src/engine/session/subscribe/snapshot-pages.js';
import { PolicyScene } from './policy-scene.js';

test('pages of snapshots with different marks end before they are larger than a slab, and nothing is lost between them', () => {
  const scene = new PolicyScene({ outboxBytes: 1e9, outboxMessageCount: 1e9, outboxTotalBytes: 1e9 }, 1e9);
  for (let index = 0; index < 3_000; index++) scene.publish(`t.${index}`, 1_000);
  scene.intake.endRead();
  const early = scene.intake.publishedCount;
  for (let index = 0; index < 3_000; index++) scene.publish(`t.${index}`, 1_000);
  scene.intake.endRead();
  const jobs = [early, scene.intake.publishedCount].map((mark) => {
    const { subscriber } = scene.reader('dropOldest', '>', null);
    const lane = { subscriber: { subscriber }, policy: { maxRate: null } };
    const job = new SnapshotJob(lane as never, scene.namespace, '>', 0);
    job.begin(mark);
    return job;
  });
  let pageCount = 0;
  for (let at = 0; at < scene.namespace.routeEnd; pageCount++) {
    const pages = new SnapshotPages(jobs, scene.fanOut.memory);
    while (at < scene.namespace.routeEnd && pages.add(scene.namespace.routeAt(at)!)) at++;
    pages.deliver();
  }
  expect(pageCount).toBeGreaterThan((3_000 * 1_000) / slabMaxBytes);
  expect(jobs.map(({ imageCount }) => imageCount)).toEqual([0, 3_000]);
});
