import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { noticeChannel } from '../migrations/notices.js';
import { type Notice, noticeOf } from './notice.js';
import { listeningClient } from './postgres-pool.js';

/** Wait after a connection that failed; it doubles with each failure in a row. */
const retryMs = 100;
const retryMaxMs = 2_000;
/** A connection over which nothing comes may be dead, so it is asked. */
const askMs = 5_000;

/** What a listener calls. */
export interface NoticeListeners {
  onNotice(notice: Notice): void;
  /** It listens from now on. What changed before is not reported. */
  onListening(): void;
  /** It cannot listen, and tries again. Called once for each time it listened before. */
  onLost(error: unknown): void;
}

/** Listens to what PostgreSQL reports of changes, on a connection of its own, and connects again when that breaks. */
export class NoticeListener {
  readonly #url: string;
  readonly #name: string;
  readonly #listeners: NoticeListeners;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  /** Ends the wait on the present connection. */
  #leave: () => void = () => {};

  constructor(url: string, name: string, listeners: NoticeListeners) {
    this.#url = url;
    this.#name = name;
    this.#listeners = listeners;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#leave();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failureCount = 0;
    while (!this.#stop.signal.aborted) {
      const client = listeningClient(this.#url, this.#name);
      const ended = this.#endOf(client);
      try {
        await client.connect();
        this.#hear(client);
        await client.query(`listen ${noticeChannel}`);
        failureCount = 0;
        this.#listeners.onListening();
        await this.#untilSilent(client, ended);
      } catch (error) {
        if (failureCount === 0 && !this.#stop.signal.aborted) this.#listeners.onLost(error);
        failureCount += 1;
      }
      await client.end().catch(() => {});
      if (failureCount > 0) await this.#pause(Math.min(retryMs * 2 ** (failureCount - 1), retryMaxMs));
    }
  }

  #hear(client: pg.Client): void {
    client.on('notification', ({ payload = '' }) => {
      const notice = noticeOf(payload);
      if (notice !== undefined) this.#listeners.onNotice(notice);
    });
  }

  /** Returns when the connection has ended. Throws when the server does not answer. */
  async #untilSilent(client: pg.Client, ended: Promise<void>): Promise<void> {
    let isOpen = true;
    const end = ended.then(() => {
      isOpen = false;
    });
    while (isOpen) {
      const timer = new AbortController();
      const asked = delay(askMs, undefined, { signal: timer.signal }).catch(() => {});
      await Promise.race([end, asked]);
      timer.abort();
      if (isOpen) await client.query('select 1');
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  /** Resolves when the connection has ended or broken, or when `#stop` aborts. A listener of `#stop` for each connection would never be removed. */
  #endOf(client: pg.Client): Promise<void> {
    return new Promise((resolve) => {
      this.#leave = resolve;
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
  }
}
