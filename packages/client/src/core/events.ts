import type { PulseMQError } from '@pulsemq/protocol';
import { badOption } from './option-checks.js';

/** Missing messages of one topic. */
export interface Gap {
  readonly namespace: string;
  readonly topic: string;
  /** Sequence numbers began again at 1, so the number of missing messages is unknown. */
  readonly epochChanged: boolean;
  /** First missing sequence; undefined if `epochChanged`. */
  readonly from: number | undefined;
  /** Last missing sequence; undefined if `epochChanged`. */
  readonly to: number | undefined;
  /** Number of missing messages; undefined if `epochChanged`. */
  readonly missedCount: number | undefined;
}

/** The queue of a subscription was full. */
export interface SlowNotice {
  readonly namespace: string;
  readonly pattern: string;
  /** Messages that the queue has dropped so far. */
  readonly droppedCount: number;
}

/** The events of a client, and their arguments. */
export interface ClientEvents {
  /** The first connection is up. Server and epoch are undefined for the Python broker. */
  connected: { readonly server: string | undefined; readonly epoch: number | undefined };
  /**
   * The connection was lost. `willReconnect`: the client connects again. `unconfirmedCount`: publishes with `ack: false` that may have
   * arrived or not.
   */
  disconnected: { readonly error: Error; readonly willReconnect: boolean; readonly unconfirmedCount: number };
  /** Attempt `tryCount` to connect begins in `delayMs` milliseconds. */
  reconnecting: { readonly tryCount: number; readonly delayMs: number };
  /** The connection is up again, with all subscriptions. */
  reconnected: { readonly server: string | undefined; readonly epoch: number | undefined; readonly tryCount: number };
  /** Messages of a topic are missing. */
  gap: Gap;
  /** The queue of a subscription was full and dropped its first message. Once until the queue has been empty. */
  slow: SlowNotice;
  /**
   * An error outside of a call: a subscription could not be restored, or a listener or `onMessage` threw. Without a listener it is a
   * warning, on Node a warning of the process.
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

/** Typed events. A listener that throws does not affect the others. */
export class Emitter {
  readonly #warn: (error: Error) => void;
  readonly #listeners = new Map<keyof ClientEvents, Set<Listener<never>>>();

  /** `warn` reports an error that has no listener. */
  constructor(warn: (error: Error) => void) {
    this.#warn = warn;
  }

  /** Adds a listener. Throws a PulseMQError `PMQ_BAD_OPTION` for an unknown event. */
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

  /** Removes a listener. */
  off<Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): void {
    this.#listeners.get(name)?.delete(listener as Listener<never>);
  }

  /** Calls all listeners. The error of a listener goes to the listeners of `error`. */
  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    const listeners = this.#listeners.get(name) as Set<Listener<Name>> | undefined;
    if (listeners === undefined || listeners.size === 0) {
      if (name === 'error') this.#warn(event as Error);
      return;
    }
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        // If a listener of `error` throws, only an uncaught exception can still report it.
        if (name === 'error') queueMicrotask(() => reportUncaught(error));
        else this.emit('error', toError(error));
      }
    }
  }
}

/** The thrown value, as an Error. */
export const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(`a value was thrown that is not an Error: ${String(thrown)}`);

function reportUncaught(error: unknown): never {
  throw error;
}
