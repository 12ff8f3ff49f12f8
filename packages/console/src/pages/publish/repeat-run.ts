import type { PublishReply, PublishRequest } from '@pulsemq/protocol';
import { ask } from '../../api/request.js';
import { ExternalStore } from '../../state/external-store.js';

/** How often a message is published, and the time between two of them. */
export interface Repeat {
  readonly times: number;
  readonly everyMs: number;
}

/** The bounds of a run. Each publish leaves an audit row, and goes through the HTTP API: `pulsemq bench` measures the broker. */
export const timesMax = 1000;
export const everyMinMs = 20;
export const everyMaxMs = 60_000;

/** What is wrong with a repeat; undefined for nothing. */
export function faultOf({ times, everyMs }: Repeat): 'times' | 'every' | undefined {
  if (!Number.isInteger(times) || times < 1 || times > timesMax) return 'times';
  return Number.isInteger(everyMs) && everyMs >= everyMinMs && everyMs <= everyMaxMs ? undefined : 'every';
}

export interface RepeatState {
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly sentCount: number;
  /** Of the newest message. */
  readonly reply: PublishReply | null;
  /** Time from the newest request to its answer. */
  readonly answeredMs: number | null;
  readonly slowestMs: number;
  readonly failure: unknown;
}

const fresh: RepeatState = {
  state: 'running',
  sentCount: 0,
  reply: null,
  answeredMs: null,
  slowestMs: 0,
  failure: undefined,
};

/** While nothing was started. */
export const noRun = new ExternalStore<RepeatState>({ ...fresh, state: 'done' });

/** Publishes one message again and again. A publish waits for the answer to the one before; it ends at the first refusal. */
export class RepeatRun {
  readonly progress = new ExternalStore<RepeatState>(fresh);
  readonly request: PublishRequest;
  readonly repeat: Repeat;
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(request: PublishRequest, repeat: Repeat) {
    this.request = request;
    this.repeat = repeat;
  }

  start(): void {
    void this.#publish(performance.now());
  }

  /** A message that is on its way is published all the same. */
  stop(): void {
    if (this.progress.get().state !== 'running') return;
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.progress.update((now) => ({ ...now, state: 'stopped' }));
  }

  async #publish(dueMs: number): Promise<void> {
    const startMs = performance.now();
    try {
      const reply = await ask<PublishReply>('/api/publish', { method: 'POST', body: this.request });
      this.#sent(reply, performance.now() - startMs);
    } catch (failure) {
      if (!this.#stop.signal.aborted) this.progress.update((now) => ({ ...now, state: 'failed', failure }));
      return;
    }
    if (this.progress.get().state !== 'running') return;
    const nextMs = dueMs + this.repeat.everyMs;
    // A broker that answers late is not sent a burst of what is overdue.
    const laterMs = Math.max(nextMs, performance.now());
    this.#timer = setTimeout(() => void this.#publish(laterMs), laterMs - performance.now());
  }

  #sent(reply: PublishReply, answeredMs: number): void {
    this.progress.update((now) => {
      const sentCount = now.sentCount + 1;
      const isDone = now.state === 'running' && sentCount === this.repeat.times;
      return {
        ...now,
        sentCount,
        reply,
        answeredMs,
        slowestMs: Math.max(now.slowestMs, answeredMs),
        ...(isDone && { state: 'done' }),
      };
    });
  }
}
