import type { Webhook, WebhookAttempt, WebhookMessage } from '@pulsemq/protocol';
import type { Guard } from '../../guard.js';
import type { Logger } from '../logging/logging.js';
import type { WebhookRow } from '../store/rows.js';
import { version } from '../version.js';
import { WebhookQueue, type WebhookTotals } from './webhook-queue.js';

/** The webhooks of this broker. Alerts go to all that are enabled. */
export class Webhooks {
  readonly totals: WebhookTotals = { sentCount: 0, lostCount: 0 };
  readonly #log: Logger;
  readonly #guard: Guard;
  readonly #queues = new Map<number, WebhookQueue>();

  constructor(log: Logger, guard: Guard) {
    this.#log = log;
    this.#guard = guard;
  }

  /** Sets the webhooks. What waits for one that is gone or off is not sent. */
  set(rows: readonly WebhookRow[]): void {
    const wanted = new Set(rows.filter(({ isEnabled }) => isEnabled).map(({ id }) => id));
    for (const [id, queue] of this.#queues) {
      if (wanted.has(id)) continue;
      queue.stop();
      this.#queues.delete(id);
    }
    for (const row of rows) {
      const queue = this.#queues.get(row.id);
      if (queue !== undefined) queue.webhook = row;
      else this.#queues.set(row.id, this.#newQueue(row));
    }
  }

  /** Sends a message to every webhook that is enabled. */
  send(event: WebhookMessage['event'], alert: WebhookMessage['alert']): void {
    const body = bodyOf(event, alert);
    for (const queue of this.#queues.values()) {
      if (queue.webhook.isEnabled) void this.#guard.runAsync('sending to a webhook', () => queue.push(body));
    }
  }

  /** Sends a test once, also to one that is off. */
  async test(row: WebhookRow): Promise<WebhookAttempt> {
    const queue = this.#queues.get(row.id) ?? this.#newQueue(row);
    return queue.test(bodyOf('test', null));
  }

  /** A webhook as the API shows it: without its secret. */
  shown({ id, name, url, isEnabled }: WebhookRow): Webhook {
    const queue = this.#queues.get(id);
    return {
      id,
      name,
      url,
      is_enabled: isEnabled,
      waiting_count: queue?.waitingCount ?? 0,
      lost_count: queue?.lostCount ?? 0,
      last_attempt: queue?.lastAttempt ?? null,
    };
  }

  stop(): void {
    for (const queue of this.#queues.values()) queue.stop();
  }

  #newQueue(row: WebhookRow): WebhookQueue {
    return new WebhookQueue(row, this.totals, ({ id, url }, reason) => {
      // Not the whole address: receivers put keys into it.
      this.#log.warn(`webhook ${id} at ${new URL(url).host}: a message is given up: ${reason}`);
    });
  }
}

function bodyOf(event: WebhookMessage['event'], alert: WebhookMessage['alert']): string {
  const message: WebhookMessage = { event, at: new Date().toISOString(), version, alert };
  return JSON.stringify(message);
}
