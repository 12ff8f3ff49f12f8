// Thousands of connects in a few seconds, half of which never finish their greeting: the longest wait of a bystander, and what memory is left.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beside } from './pair.mjs';

const program = fileURLToPath(new URL('knocks.mjs', import.meta.url));
const goalMs = 100;
const goalGrowth = 1.1;
const overMs = 5_000;
const restMs = 60_000;

export async function burst({ broker, memory }, connectCount) {
  const before = await memory.settled();
  let child;
  const pair = await beside(broker, async () => {
    child = fork(program, [broker.pubPort, connectCount, overMs].map(String));
    await once(child, 'message');
  });
  const during = await memory.settled();
  const closed = once(child, 'message');
  child.send('close');
  const [{ closedByBrokerCount }] = await closed;
  child.kill();
  await pause(restMs);
  const after = await memory.settled();
  const growth = after.rssBytes / before.rssBytes;
  const mebibytes = [before, during, after].map(({ rssBytes }) => (rssBytes / 2 ** 20).toFixed(1));
  console.log(
    `${connectCount} connects in ${overMs / 1_000} s, half unfinished: longest wait of a bystander ${pair.longestWaitMs.toFixed(1)} ms (goal: ${goalMs}), ` +
      `${pair.receivedCount} of ${pair.sentCount} received, ${closedByBrokerCount} closed by the broker; memory ${mebibytes.join(' / ')} MiB before, during, a minute later: ${growth.toFixed(3)} (goal: ${goalGrowth})`,
  );
  const faults = [];
  if (pair.longestWaitMs > goalMs)
    faults.push(`a bystander waited ${pair.longestWaitMs.toFixed(1)} ms, at most ${goalMs} expected`);
  if (pair.receivedCount !== pair.sentCount)
    faults.push(`a bystander received ${pair.receivedCount} of ${pair.sentCount}`);
  if (growth > goalGrowth)
    faults.push(`memory is ${growth.toFixed(3)} times what it was, at most ${goalGrowth} expected`);
  return faults;
}
