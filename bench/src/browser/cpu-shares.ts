import { readdirSync, readFileSync } from 'node:fs';
import { pause } from '../workloads/stage.js';

/** CPU of a broker, in cores. */
export interface CpuShares {
  /** Its busiest thread but the main one. */
  readonly engine: number;
  readonly whole: number;
}

/** CPU of the next `ms` milliseconds. */
export async function cpuSharesFor(pid: number, ms: number): Promise<CpuShares> {
  const [before, startMs] = [secondsByThread(pid), performance.now()];
  await pause(ms);
  const elapsedSeconds = (performance.now() - startMs) / 1_000;
  const shares = [...secondsByThread(pid)].map(
    ([thread, seconds]) => [thread, (seconds - (before.get(thread) ?? 0)) / elapsedSeconds] as const,
  );
  return {
    engine: Math.max(...shares.filter(([thread]) => thread !== pid).map(([, share]) => share)),
    whole: shares.reduce((sum, [, share]) => sum + share, 0),
  };
}

/** proc(5): utime and stime of each thread, in hundredths of a second. */
function secondsByThread(pid: number): Map<number, number> {
  const folder = `/proc/${pid}/task`;
  return new Map(
    readdirSync(folder).map((thread) => {
      const fields = readFileSync(`${folder}/${thread}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return [Number(thread), (Number(fields[11]) + Number(fields[12])) / 100];
    }),
  );
}
