import type { PulseMQError } from '@pulsemq/protocol';
import { badOption } from './options.js';

/** Messages of one topic that did not arrive. */
export interface Gap {
  readonly namespace: string;
  readonly topic: string;
  /** The broker counts from 1 again: nobody knows how many are missing. */
  readonly epochChanged: boolean;
  /** First and last missing sequence; undefined when `epochChanged`. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** How many; undefined when `epochChanged`. */
  readonly missedCount: number | undefined;
}

/** A subscription's queue was full. */
export interface SlowNotice {
  readonly namespace: string;
  readonly pattern: string;
  /** Messages its queue has lost so far. */
  readonly droppedCount: number;
}

/** What a client tells, and with what. */
export interface ClientEvents {
  /** The first connection is up. */
  connected: { readonly server: string | undefined; readonly epoch: number | undefined };
  /**
   * The connection was lost; `willReconnect` says whether it is tried again. `unconfirmedCount`: publishes without acknowledgement of
   * which nobody knows whether they have arrived.
   */
  disconnected: { readonly error: Error; readonly willReconnect: boolean; readonly unconfirmedCount: number };
  /** The next try comes after so long. */
  reconnecting: { readonly tryCount: number; readonly delayMs: number };
  /** It is up again, and every subscription with it. */
  reconnected: { readonly server: string | undefined; readonly epoch: number | undefined; readonly tryCount: number };
  /** Messages of a topic did not arrive. */
  gap: Gap;
  /** A subscription's queue was full and has begun to lose messages. */
  slow: SlowNotice;
  /**
   * Something went wrong that no call could be told: a subscription that could not be restored, a listener or `onMessage` that threw.
   * Where nobody listens it becomes a warning of the process.
   */
  error: PulseMQError | Error;
}

const eventNames: readonly (keyof ClientEvents)[] = [
  'connected',
  'disconnected',
  'reconnecting',
  'reconnected',
  'gap',
  'slow',
  'error',
];

type Listener<Name extends keyof ClientEvents> = (event: ClientEvents[Name]) => void;

/** Typed listeners. One that throws stops nobody else. */
export class Emitter {
  readonly #listeners = new Map<keyof ClientEvents, Set<Listener<never>>>();

  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): void {
    if (!eventNames.includes(name)) throw badOption('event', name, eventNames.join(', '));
    if (typeof listener !== 'function') throw badOption(`listener of ${name}`, listener, 'a function');
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
    }
    listeners.add(listener as Listener<never>);
  }

  off<Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): void {
    this.#listeners.get(name)?.delete(listener as Listener<never>);
  }

  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    const listeners = this.#listeners.get(name) as Set<Listener<Name>> | undefined;
    if (listeners === undefined || listeners.size === 0) {
      if (name === 'error') process.emitWarning(event as Error);
      return;
    }
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        // A listener for errors that throws has nobody left to be told but the process.
        if (name === 'error') queueMicrotask(() => reportUncaught(error));
        else this.emit('error', toError(error));
      }
    }
  }
}

/** What was thrown, as an Error. */
export const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(`not an Error was thrown: ${String(thrown)}`);

function reportUncaught(error: unknown): never {
  throw error;
}
