// Idle bound subscribers, each with its session: memory a connection, after a forced collection.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('crowd.mjs', import.meta.url));
const goalKibibytes = 6;
const processCount = 2;

export async function connections({ broker, memory }, sessionCount) {
  const before = await memory.settled();
  const account = JSON.stringify({ ...broker.account, pubPort: broker.pubPort });
  const children = Array.from({ length: processCount }, () =>
    fork(program, [account, String(Math.round(sessionCount / processCount))]),
  );
  const opened = await Promise.all(children.map((child) => once(child, 'message')));
  const count = opened.reduce((sum, [{ connectionCount }]) => sum + connectionCount, 0);
  const after = await memory.settled();
  const kibibytes = (after.rssBytes - before.rssBytes) / count / 1_024;
  console.log(
    `${count} connections of ${count / 2} sessions: ${kibibytes.toFixed(2)} KiB each (goal: at most ${goalKibibytes})`,
  );
  for (const child of children) child.kill();
  return kibibytes <= goalKibibytes
    ? []
    : [`${kibibytes.toFixed(2)} KiB a connection, at most ${goalKibibytes} expected`];
}
