// Idle bound subscribers, each with its session: memory a connection, after a forced collection. What V8 has taken for new objects while they came is
// no memory of connections, and is printed beside it.
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
  const each = (bytes) => bytes / count / 1_024;
  const youngBytes = after.youngBytes - before.youngBytes;
  const kibibytes = each(after.rssBytes - before.rssBytes - youngBytes);
  console.log(
    `${count} connections of ${count / 2} sessions: ${kibibytes.toFixed(2)} KiB each (goal: at most ${goalKibibytes}); the space for new objects has grown by ${(youngBytes / 2 ** 20).toFixed(0)} MiB, ${each(youngBytes).toFixed(2)} KiB more for each`,
  );
  for (const child of children) child.kill();
  return kibibytes <= goalKibibytes
    ? []
    : [`${kibibytes.toFixed(2)} KiB a connection, at most ${goalKibibytes} expected`];
}
