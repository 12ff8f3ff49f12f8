import type { JournalFigures } from './journal/thread-messages.js';

/** What the engine reports of the journal every second. */
export interface JournalCounters extends JournalFigures {
  /** Bytes of accepted messages that are not written yet. */
  readonly waitingBytes: number;
}
