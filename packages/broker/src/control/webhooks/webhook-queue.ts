import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { WebhookAttempt } from '@pulsemq/protocol';
import type { WebhookRow } from '../store/rows.js';
import { sendWebhook, type WebhookDelivery } from './send-webhook.js';

/** Messages that wait for one receiver. Past it the oldest is given up: the newest says what holds now. */
const waitingMaxCount = 100;
/** Time to wait after each failed attempt; after the last one the message is given up. */
const backOffMs = [1_000, 5_000, 30_000, 120_000, 600_000];

/** How many messages each way to end has had. */
export interface WebhookTotals {
  sentCount: number;
  lostCount: number;
}

/** What waits for one webhook. Messages go one after another, in order, each until it is taken or given up. */
export class WebhookQueue {
  lostCount = 0;
  lastAttempt: WebhookAttempt | null = null;
  webhook: WebhookRow;
  readonly #totals: WebhookTotals;
  /** Called when a message is given up. */
  readonly #onLost: (webhook: WebhookRow, reason: string) => void;
  readonly #stop = new AbortController();
  readonly #waiting: WebhookDelivery[] = [];
  #isSending = false;

  constructor(webhook: WebhookRow, totals: WebhookTotals, onLost: (webhook: WebhookRow, reason: string) => void) {
    this.webhook = webhook;
    this.#totals = totals;
    this.#onLost = onLost;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Queues a message. Resolves when nothing waits any more. */
  async push(body: string): Promise<void> {
    this.#waiting.push({ id: randomUUID(), body });
    if (this.#waiting.length > waitingMaxCount) {
      // The first one may be on its way, so the next one goes.
      this.#waiting.splice(1, 1);
      this.#lose(`${waitingMaxCount} messages wait`);
    }
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#waiting.length > 0 && !this.#stop.signal.aborted) await this.#sendFirst();
    } finally {
      this.#isSending = false;
    }
  }

  /** Sends a message once, outside the queue. */
  async test(body: string): Promise<WebhookAttempt> {
    this.lastAttempt = await sendWebhook(this.webhook, { id: randomUUID(), body }, this.#stop.signal);
    return this.lastAttempt;
  }

  /** Ends what is on its way. What waits is gone. */
  stop(): void {
    this.#stop.abort();
    this.#waiting.length = 0;
  }

  async #sendFirst(): Promise<void> {
    const [delivery] = this.#waiting as [WebhookDelivery];
    for (const waitMs of [...backOffMs, null]) {
      const attempt = await sendWebhook(this.webhook, delivery, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      this.lastAttempt = attempt;
      if (attempt.is_ok) {
        this.#totals.sentCount++;
        break;
      }
      if (waitMs === null) this.#lose(`${backOffMs.length + 1} attempts failed, the last because ${attempt.error}`);
      else if (!(await this.#waited(waitMs))) return;
    }
    this.#waiting.shift();
  }

  /** False when the queue was stopped meanwhile. */
  async #waited(ms: number): Promise<boolean> {
    const { signal } = this.#stop;
    await setTimeout(ms, undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
    return !signal.aborted;
  }

  #lose(reason: string): void {
    this.lostCount++;
    this.#totals.lostCount++;
    this.#onLost(this.webhook, reason);
  }
}
