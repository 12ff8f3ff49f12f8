import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ApiError } from '../admin/api-error.js';
import type { HistoryJob, HistoryReport } from './history-job.js';

const program = fileURLToPath(new URL('./history-process.js', import.meta.url));

/** Questions that are answered at once. Each has a process. */
export const historyQueryMaxCount = 2;
/** Time for one question, the sending of its answer included. */
const questionMaxMs = 120_000;
/** MiB of the heap of a process. */
const heapMaxMib = 1_024;

/** An answer that begins. */
export interface HistoryAnswer {
  readonly rowCount: number;
  readonly hasMore: boolean;
  /** Texts in which half a surrogate pair was replaced. */
  readonly replacedCount: number;
  /** Its bytes. It ends with an error when the process ends early. */
  readonly body: Readable;
}

/** Starts a process for each question for history, at most two at once. */
export class HistoryQueries {
  #runningCount = 0;

  /**
   * Asks. The signal ends the process, also while its answer is read. Throws an ApiError: 429 while two others run, 400 for a question that must
   * be asked otherwise, 503 when the process failed or took too long.
   */
  async ask(job: HistoryJob, signal: AbortSignal): Promise<HistoryAnswer> {
    if (this.#runningCount >= historyQueryMaxCount) {
      const text = `${historyQueryMaxCount} questions for history are being answered, the limit; try again`;
      throw new ApiError(429, 'TOO_MANY_QUERIES', text, { retryAfterSeconds: 2 });
    }
    this.#runningCount++;
    const child = start(AbortSignal.any([signal, AbortSignal.timeout(questionMaxMs)]));
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`its process failed: ${error.message}`));
      child.once('close', (code, killedBy) => resolve(`its process ended with ${code ?? killedBy}`));
    });
    void ended.then(() => {
      this.#runningCount--;
    });
    const reported = new Promise<HistoryReport>((resolve) => {
      child.once('message', (message) => resolve(message as HistoryReport));
    });
    child.send(job, () => undefined);
    const report = await Promise.race([reported, ended.then((text): HistoryReport => ({ kind: 'failed', text }))]);
    if (report.kind === 'found') return { ...report, body: bodyOf(child) };
    if (report.kind === 'refused') throw new ApiError(400, report.code, report.text);
    throw new ApiError(503, 'HISTORY_FAILED', `history cannot be read: ${report.text}; ask for less, or try again`);
  }
}

const start = (signal: AbortSignal): ChildProcess =>
  fork(program, [], {
    // One thread: the garbage collector and the compiler get none of their own.
    execArgv: ['--single-threaded', `--max-old-space-size=${heapMaxMib}`],
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    killSignal: 'SIGKILL',
    signal,
  });

/** Standard output, which fails where the process did: a half answer must not look whole. */
function bodyOf(child: ChildProcess): Readable {
  const body = child.stdout!;
  child.once('exit', (code, killedBy) => {
    if (code !== 0) body.destroy(new Error(`the process that reads history ended with ${code ?? killedBy}`));
  });
  // The report has arrived and nothing else is sent: the process may end when the answer is written.
  return body;
}
