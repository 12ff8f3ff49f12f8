import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiFailure } from './api-failure.js';
import { type Query, send, whileLoggedIn } from './request.js';

/** One server-sent event. `event` is its name; `data` is JSON in every event of the broker. */
export type ServerEvent = Pick<EventSourceMessage, 'event' | 'data'>;

export interface StreamOptions {
  readonly path: string;
  readonly query?: Query;
  readonly onOpen: () => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** The stream ended. It is opened again after `retryMs`; null means never, because the broker refused the request. */
  readonly onLost: (failure: Error, retryMs: number | null) => void;
  /** Time without a byte, comments included, after which the connection counts as dead. */
  readonly silenceMs: number;
}

const retryStepsMs = [500, 1000, 2000, 4000, 5000];

async function readAll(response: Response, onEvent: StreamOptions['onEvent'], onBytes: () => void): Promise<void> {
  if (response.body === null) throw new Error('the answer has no body');
  const parser = createParser({ onEvent });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

/** One connection, from request to end. Resolves when the server ends the stream; rejects on everything else. */
async function runOnce(options: StreamOptions, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), options.silenceMs);
  const onBytes = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), options.silenceMs);
  };
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    await whileLoggedIn(async () => {
      const response = await send(options.path, { query: options.query, signal: both });
      options.onOpen();
      await readAll(response, options.onEvent, onBytes);
    });
  } finally {
    clearTimeout(timer);
  }
}

const isRefusal = (failure: unknown): boolean =>
  failure instanceof ApiFailure && failure.status >= 400 && failure.status < 500 && failure.status !== 429;

/** Reads server-sent events and reconnects after a loss. Returns the function that ends the stream. */
export function openEventStream(options: StreamOptions): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failedCount = 0;

  const attempt = async (): Promise<void> => {
    let failure: Error = new Error('the stream ended');
    try {
      await runOnce(
        {
          ...options,
          onOpen: () => {
            failedCount = 0;
            options.onOpen();
          },
        },
        stop.signal,
      );
    } catch (cause) {
      failure = cause instanceof Error ? cause : new Error(String(cause));
    }
    if (stop.signal.aborted) return;
    const retryMs = isRefusal(failure) ? null : retryStepsMs[Math.min(failedCount, retryStepsMs.length - 1)]!;
    failedCount += 1;
    options.onLost(failure, retryMs);
    if (retryMs !== null) timer = setTimeout(() => void attempt(), retryMs);
  };

  void attempt();
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
