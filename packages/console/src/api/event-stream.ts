import { ApiFailure } from './api-failure.js';
import { type Query, send } from './request.js';
import { type ServerEvent, SseParser } from './sse-parser.js';

export interface StreamOptions {
  readonly path: string;
  readonly query?: Query;
  readonly onOpen: () => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** The stream ended and is tried again after `retryMs`, or not at all when that is null: a refusal stays a refusal. */
  readonly onLost: (failure: Error, retryMs: number | null) => void;
  /** Without a byte for so long the connection counts as dead. */
  readonly silenceMs: number;
}

const retryStepsMs = [500, 1000, 2000, 4000, 5000];

async function readAll(response: Response, parser: SseParser, alive: () => void): Promise<void> {
  if (response.body === null) throw new Error('the answer has no body');
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    parser.push(decoder.decode(value, { stream: true }));
  }
}

/** One connection, from request to end; the promise resolves when the server ends it and rejects on everything else. */
async function runOnce(options: StreamOptions, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), options.silenceMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), options.silenceMs);
  };
  try {
    const both = AbortSignal.any([signal, silence.signal]);
    const response = await send(options.path, { query: options.query, signal: both });
    options.onOpen();
    await readAll(response, new SseParser(options.onEvent), alive);
  } finally {
    clearTimeout(timer);
  }
}

const isRefusal = (failure: unknown): boolean =>
  failure instanceof ApiFailure && failure.status >= 400 && failure.status < 500 && failure.status !== 429;

/** Reads server-sent events and connects again by itself. Answers the function that ends it. */
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
