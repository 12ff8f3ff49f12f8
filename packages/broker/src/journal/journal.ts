import { Worker } from 'node:worker_threads';
import { encodeHeads, type TopicHead } from './checkpoint.js';
import type { ReplayQuery } from './replay-query.js';
import { type JournalReplay, Replays } from './replays.js';
import { type Position, type RingMemory, ringMemory } from './ring.js';
import { RingInput } from './ring-input.js';
import type {
  HistoryRequest,
  HistoryResult,
  JournalSettings,
  ReaderData,
  RestoredHead,
  WriterData,
  WriterEvent,
  WriterRequest,
} from './thread-messages.js';

/** What the owner of a journal learns. */
export interface JournalListener {
  /** Where topics stood when the broker stopped. All come before `opened` resolves. */
  heads(heads: readonly RestoredHead[]): void;
  event(event: Exclude<WriterEvent, { kind: 'heads' | 'opened' | 'stopped' }>): void;
}

/** Starts a thread of the journal: its file is beside this one. */
export type StartThread = (
  file: 'writer-thread.js' | 'reader-thread.js' | 'replay-thread.js',
  data: WriterData | ReaderData,
) => Worker;

/** Starts the files as they were built. */
export const startJournalThread: StartThread = (file, data) =>
  new Worker(new URL(`./${file}`, import.meta.url), {
    name: `pulsemq-${file.replace('-thread.js', '')}`,
    workerData: data,
  });

/** The engine's handle of a journal: the ring, the thread that writes and those that read. */
export class Journal {
  readonly ring: RingInput;
  readonly settings: JournalSettings;
  readonly #memory: RingMemory;
  readonly #startThread: StartThread;
  readonly #writer: Worker;
  #reader: Worker | null = null;
  readonly #replays: Replays;
  #nextLarge = 1;
  #nextRequest = 1;
  readonly #waiting = new Map<number, { resolve: (result: HistoryResult) => void; reject: (error: Error) => void }>();
  /** Resolves with what the operator should know about the files, when the log is open. Rejects when it cannot be opened. */
  readonly opened: Promise<readonly string[]>;
  #stopped: (() => void) | null = null;
  #failure: Error | null = null;

  /** `valueNamespaces`: those whose last values are restored. Messages may be appended at once; they wait until the log is open. */
  constructor(
    settings: JournalSettings,
    valueNamespaces: readonly string[],
    listener: JournalListener,
    startThread: StartThread = startJournalThread,
  ) {
    this.settings = settings;
    this.#startThread = startThread;
    this.#memory = ringMemory(settings.ringBytes);
    this.ring = new RingInput(this.#memory);
    this.#writer = startThread('writer-thread.js', { settings, memory: this.#memory, valueNamespaces });
    this.#replays = new Replays(() => startThread('replay-thread.js', this.#readerData));
    this.opened = new Promise((resolve, reject) => {
      this.#writer.on('message', (event: WriterEvent) => {
        if (event.kind === 'heads') listener.heads(event.heads);
        else if (event.kind === 'opened') resolve(event.notes);
        else if (event.kind === 'stopped') this.#stopped?.();
        else listener.event(event);
      });
      this.#writer.on('error', (error) => {
        this.#failure = error;
        reject(error);
        listener.event({
          kind: 'failed',
          text: `the thread that writes the journal has ended: ${error.stack ?? error}`,
        });
        listener.event({ kind: 'suspended', reason: error.message });
        this.#stopped?.();
      });
    });
    // The engine awaits it at the start only; a later failure has been reported above.
    this.opened.catch(() => {});
  }

  /** The writing thread has ended with an error: nothing is stored any more. */
  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Gives away a record that is too large for the ring; returns its number, which goes into the ring. */
  sendLarge(record: ArrayBuffer): number {
    const id = this.#nextLarge++;
    this.ring.addLargeBytes(record.byteLength);
    this.#tell({ kind: 'large', id, record }, [record]);
    return id;
  }

  /** Messages of a stream that were appended before this call, among others. Rejects when they cannot be read. */
  history(query: Omit<HistoryRequest, 'id' | 'position'>): Promise<HistoryResult> {
    this.ring.publish();
    const reader = this.#readerThread();
    const id = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      reader.postMessage({ ...query, id, position: this.position } satisfies HistoryRequest);
    });
  }

  /** Begins to read messages of a time or of all. Nothing is read before its first page is asked for. */
  replay(query: ReplayQuery): JournalReplay {
    return this.#replays.open(query);
  }

  /** Position after everything that was appended. */
  get position(): Position {
    return this.ring.position;
  }

  /** Writes everything, then where the topics stand, and ends the threads. */
  async stop(heads: readonly TopicHead[]): Promise<void> {
    await this.#reader?.terminate();
    await this.#replays.stop();
    this.ring.publish();
    if (this.#failure === null) {
      const stopped = new Promise<void>((resolve) => {
        this.#stopped = resolve;
      });
      this.#tell({ kind: 'stop', headCount: heads.length, heads: encodeHeads(heads) });
      await stopped;
    }
    await this.#writer.terminate();
  }

  #tell(request: WriterRequest, given: ArrayBuffer[] = []): void {
    this.#writer.postMessage(request, given);
    this.ring.ring();
  }

  get #readerData(): ReaderData {
    return { folder: this.settings.folder, memory: this.#memory };
  }

  #readerThread(): Worker {
    if (this.#reader !== null) return this.#reader;
    const reader = this.#startThread('reader-thread.js', this.#readerData);
    this.#reader = reader;
    reader.on('message', (result: HistoryResult) => {
      this.#waiting.get(result.id)?.resolve(result);
      this.#waiting.delete(result.id);
    });
    reader.on('error', (error) => {
      this.#reader = null;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    return reader;
  }
}
