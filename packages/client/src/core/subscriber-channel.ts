import { NotConnectedError, ticketPrefix, ticketSubscriptionBytes } from '@pulsemq/protocol';
import { encodeCancel, encodeSubscribe } from '@pulsemq/zmtp';
import type { OpenTransport } from '../transport/transport.js';
import type { MessageSpan } from './message-scanner.js';
import { type LinkOptions, ZmtpLink } from './zmtp-link.js';

/** First byte of the key under which the broker says that a ticket has bound the connection. */
const ticketMark = ticketPrefix[0]!;

export interface SubscriberListener {
  onDelivery(buf: Buffer, span: MessageSpan): void;
  /** The bytes of the deliveries are about to be overwritten. */
  onReadEnd(): void;
  onClose(error: Error): void;
}

/**
 * The connection that deliveries come on. With a ticket it is bound to the session, and the broker applies the patterns; without one,
 * for the Python broker, it asks for whole namespaces by prefix.
 */
export class SubscriberChannel {
  readonly #link: ZmtpLink;
  /** Patterns that want a namespace's prefix; only without a ticket. */
  readonly #prefixes = new Map<string, Set<string>>();

  private constructor(link: ZmtpLink) {
    this.#link = link;
  }

  static async open(
    open: OpenTransport,
    options: LinkOptions,
    ticket: string | undefined,
    listener: SubscriberListener,
  ): Promise<SubscriberChannel> {
    let onBound = (): void => {};
    let onUnbound = (_: Error): void => {};
    const bound = new Promise<void>((resolve, reject) => {
      onBound = resolve;
      onUnbound = reject;
    });
    bound.catch(() => {});
    const link = await ZmtpLink.open(open, options, {
      onMessage: (buf, span) => {
        const start = span.bounds[0]!;
        if (buf[start] === ticketMark && span.bounds[1]! - start === ticketSubscriptionBytes) onBound();
        else listener.onDelivery(buf, span);
      },
      onReadEnd: () => listener.onReadEnd(),
      onClose: (error) => {
        onUnbound(error);
        listener.onClose(error);
      },
    });
    if (ticket !== undefined) {
      link.write(encodeSubscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket)]), formOf(link)));
      await withTimeout(bound, options, link);
    }
    return new SubscriberChannel(link);
  }

  /** Asks for a namespace by prefix, once however many patterns want it. */
  addPrefix(namespace: string, pattern: string): void {
    const patterns = this.#prefixes.get(namespace);
    if (patterns !== undefined) {
      patterns.add(pattern);
      return;
    }
    this.#prefixes.set(namespace, new Set([pattern]));
    this.#link.write(encodeSubscribe(Buffer.from(`${namespace}:`), formOf(this.#link)));
  }

  removePrefix(namespace: string, pattern: string): void {
    const patterns = this.#prefixes.get(namespace);
    if (patterns?.delete(pattern) !== true || patterns.size > 0) return;
    this.#prefixes.delete(namespace);
    this.#link.write(encodeCancel(Buffer.from(`${namespace}:`), formOf(this.#link)));
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  close(error: Error): void {
    this.#link.close(error);
  }
}

const formOf = (link: ZmtpLink): 'command' | 'message' => (link.versionMinor === 0 ? 'message' : 'command');

async function withTimeout(
  bound: Promise<void>,
  { timeoutMs, host, port }: LinkOptions,
  link: ZmtpLink,
): Promise<void> {
  const timer = setTimeout(
    () => link.close(new NotConnectedError(`${host}:${port} did not bind the subscriber connection in time`)),
    timeoutMs,
  );
  try {
    await bound;
  } finally {
    clearTimeout(timer);
  }
}
