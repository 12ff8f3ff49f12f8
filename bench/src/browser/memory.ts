import { readFileSync } from 'node:fs';

const lookMs = 200;

/** Watches the resident memory of a process. `end` answers the most that it had, in bytes. */
export function watchMemory(pid: number): { end(): number } {
  let mostBytes = residentBytes(pid);
  const timer = setInterval(() => {
    mostBytes = Math.max(mostBytes, residentBytes(pid));
  }, lookMs);
  return {
    end: () => {
      clearInterval(timer);
      return mostBytes;
    },
  };
}

/** proc(5): VmRSS, in KiB. */
const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1_024;
