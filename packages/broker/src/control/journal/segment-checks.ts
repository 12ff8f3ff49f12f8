import { fork } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JournalCheck } from '@pulsemq/protocol';
import { segmentName } from '../../journal/file-names.js';
import { ApiError } from '../admin/api-error.js';
import type { SegmentAnswer, SegmentQuestion } from './check-process.js';

const program = fileURLToPath(new URL('./check-process.js', import.meta.url));

/** Time for one segment, of at most 256 MiB. */
const checkMaxMs = 60_000;
/** MiB of the heap of the process: the index of a segment is built in it. */
const heapMaxMib = 512;

/** Checks segments of the journal, one at a time, each in a process of its own. */
export class SegmentChecks {
  #isRunning = false;

  /**
   * Reads a segment whole. Null where it does not exist. The signal ends the process. Throws an ApiError: 429 while another segment is checked,
   * 503 when the process failed or took too long.
   */
  async check(question: SegmentQuestion, signal: AbortSignal): Promise<JournalCheck | null> {
    // No process for a number that has no file: its start costs 0.2 s of processor time.
    if (!(await isThere(question))) return null;
    if (this.#isRunning) {
      throw new ApiError(429, 'TOO_MANY_QUERIES', 'another segment is being checked; try again', {
        retryAfterSeconds: 2,
      });
    }
    this.#isRunning = true;
    try {
      const answer = await ask(question, AbortSignal.any([signal, AbortSignal.timeout(checkMaxMs)]));
      if (answer.kind === 'checked') return answer.check;
      throw new ApiError(
        503,
        'CHECK_FAILED',
        `segment ${question.segment} cannot be checked: ${answer.text}; try again`,
      );
    } finally {
      this.#isRunning = false;
    }
  }
}

/** Also true when the file cannot be looked at: the check then names the reason. */
async function isThere({ folder, segment }: SegmentQuestion): Promise<boolean> {
  try {
    await stat(join(folder, segmentName(segment)));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Resolves when the process has ended. */
async function ask(question: SegmentQuestion, signal: AbortSignal): Promise<SegmentAnswer> {
  const child = fork(program, [], {
    execArgv: ['--single-threaded', `--max-old-space-size=${heapMaxMib}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    killSignal: 'SIGKILL',
    signal,
  });
  let answer: SegmentAnswer | undefined;
  child.once('message', (message) => {
    answer = message as SegmentAnswer;
  });
  child.send(question, () => undefined);
  const text = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`its process failed: ${error.message}`));
    child.once('close', (code, killedBy) => resolve(`its process ended with ${code ?? killedBy}`));
  });
  return answer ?? { kind: 'failed', text };
}
