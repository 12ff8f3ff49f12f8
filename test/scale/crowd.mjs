// A child process that opens sessions with one bound subscriber each, tells its parent, and keeps them until it ends.
import { openSession } from './raw-session.mjs';

const atOnceCount = 50;
const [account, sessionCount] = [JSON.parse(process.argv[2]), Number(process.argv[3])];
const kept = [];
for (let begun = 0; begun < sessionCount; begun += atOnceCount) {
  const count = Math.min(atOnceCount, sessionCount - begun);
  kept.push(...(await Promise.all(Array.from({ length: count }, () => openSession(account, 'scale', 'idle.topic')))));
}
process.send({ connectionCount: kept.length * 2 });
