import type { PublishReply, PublishRequest, ShownMessage, TapBatch } from '@pulsemq/protocol';
import { openEventStream } from '../../api/event-stream.js';
import { ask } from '../../api/request.js';

/** One message, published and received. Times are milliseconds since the request. */
export interface RoundTrip {
  readonly request: PublishRequest;
  readonly sentAt: Date;
  readonly reply: PublishReply;
  readonly answeredMs: number;
  /** The message as a subscriber receives it; null when it did not arrive in time. */
  readonly echo: { readonly message: ShownMessage; readonly afterMs: number } | null;
}

/** The tap reports a few times a second: after this time the message counts as not received. */
const echoTimeoutMs = 5000;
const silenceMs = 40_000;

/** A tap on the topic. `ready` resolves when the tap is open. */
class EchoTap {
  readonly ready: Promise<void>;
  readonly #passed: { readonly message: ShownMessage; readonly at: number }[] = [];
  #onPassed: () => void = () => {};
  readonly #end: () => void;

  constructor(namespace: string, topic: string) {
    let end: () => void = () => {};
    this.ready = new Promise((resolve, reject) => {
      end = openEventStream({
        path: '/api/tap',
        query: { namespace, pattern: topic, max_rate: 50 },
        silenceMs,
        onOpen: resolve,
        onEvent: ({ event, data }) => {
          if (event === 'messages') this.#take(JSON.parse(data) as TapBatch);
        },
        onLost: reject,
      });
    });
    this.#end = end;
  }

  #take({ messages }: TapBatch): void {
    const at = performance.now();
    for (const message of messages) this.#passed.push({ message, at });
    this.#onPassed();
  }

  /** The message with the epoch and sequence of the reply, and the time it arrived; null after five seconds. */
  find({ epoch, sequence }: PublishReply): Promise<{ message: ShownMessage; at: number } | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), echoTimeoutMs);
      const look = (): void => {
        const found = this.#passed.find(({ message }) => message.epoch === epoch && message.sequence === sequence);
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      };
      this.#onPassed = look;
      look();
    });
  }

  close(): void {
    this.#end();
  }
}

/** Publishes one message and receives it. Throws an `ApiFailure` when the broker refuses the publish or the tap. */
export async function roundTrip(request: PublishRequest): Promise<RoundTrip> {
  const tap = new EchoTap(request.namespace, request.topic);
  try {
    await tap.ready;
    const sentAt = new Date();
    const start = performance.now();
    const reply = await ask<PublishReply>('/api/publish', { method: 'POST', body: request });
    const answeredMs = performance.now() - start;
    const found = await tap.find(reply);
    const echo = found === null ? null : { message: found.message, afterMs: found.at - start };
    return { request, sentAt, reply, answeredMs, echo };
  } finally {
    tap.close();
  }
}
