import { HeaderOffset, MessageType, TimeoutError, ticketPrefix } from '@pulsemq/protocol';
import { encodeCancel, encodeSubscribe, joinBytes, utf8Bytes } from '@pulsemq/zmtp';
import type { MessageSpan } from './message-scanner.js';
import type { Platform } from './platform.js';
import { endpointText } from './transport.js';
import { type LinkOptions, ZmtpLink } from './zmtp-link.js';

/** First byte of the key of all messages of the broker's own. No key of a topic begins with it. */
const ticketMark = ticketPrefix[0]!;

/** Receives the deliveries of a lane, on all connections of a client. */
export interface DeliveryReceiver {
  onDelivery(buf: Uint8Array, span: MessageSpan): void;
  /** A message of the broker's own other than BOUND. */
  onOwnMessage(buf: Uint8Array, span: MessageSpan): void;
  /** The transport is about to overwrite the bytes of the deliveries. */
  onReadEnd(): void;
}

/** What a channel calls besides its receiver. */
export interface ChannelListener {
  onClose(error: Error): void;
  /** The broker is about to end. */
  onDraining(): void;
}

/** What binds a subscriber connection: the ticket of the session, and the lane. */
export interface LaneTicket {
  readonly ticket: string;
  /** 0 to 7. */
  readonly lane: number;
}

/**
 * The connection for the deliveries of a lane. With a ticket it is bound to the session, and the broker applies the patterns. Without one, for the
 * Python broker, it subscribes to whole namespaces by prefix.
 */
export class SubscriberChannel {
  readonly #link: ZmtpLink;
  /** Patterns that need the prefix of a namespace. Used only without a ticket. */
  readonly #prefixes = new Map<string, Set<string>>();

  private constructor(link: ZmtpLink) {
    this.#link = link;
  }

  /** Connects, and binds the connection if there is a ticket. Rejects as `ZmtpLink.open` does. */
  static async open(
    options: LinkOptions,
    platform: Platform,
    ticket: LaneTicket | undefined,
    deliveries: DeliveryReceiver,
    listener: ChannelListener,
  ): Promise<SubscriberChannel> {
    let onBound = (): void => {};
    let onUnbound = (_: Error): void => {};
    const bound = new Promise<void>((resolve, reject) => {
      onBound = resolve;
      onUnbound = reject;
    });
    bound.catch(() => {});
    const link = await ZmtpLink.open(options, platform, {
      onMessage: (buf, span) => {
        const { bounds } = span;
        if (buf[bounds[0]!] !== ticketMark || bounds[0] === bounds[1]) deliveries.onDelivery(buf, span);
        else if (buf[bounds[2]! + HeaderOffset.type] === MessageType.bound) onBound();
        else if (buf[bounds[2]! + HeaderOffset.type] === MessageType.drain) listener.onDraining();
        else deliveries.onOwnMessage(buf, span);
      },
      onReadEnd: () => deliveries.onReadEnd(),
      onClose: (error) => {
        onUnbound(error);
        listener.onClose(error);
      },
    });
    if (ticket !== undefined) {
      link.write(encodeSubscribe(subscriptionOf(ticket), formOf(link)));
      await withTimeout(bound, options, link);
    }
    return new SubscriberChannel(link);
  }

  /** Subscribes to the prefix of a namespace, once for all its patterns. */
  addPrefix(namespace: string, pattern: string): void {
    const patterns = this.#prefixes.get(namespace);
    if (patterns !== undefined) {
      patterns.add(pattern);
      return;
    }
    this.#prefixes.set(namespace, new Set([pattern]));
    this.#link.write(encodeSubscribe(utf8Bytes(`${namespace}:`), formOf(this.#link)));
  }

  /** Cancels the prefix of a namespace with the last of its patterns. */
  removePrefix(namespace: string, pattern: string): void {
    const patterns = this.#prefixes.get(namespace);
    if (patterns?.delete(pattern) !== true || patterns.size > 0) return;
    this.#prefixes.delete(namespace);
    this.#link.write(encodeCancel(utf8Bytes(`${namespace}:`), formOf(this.#link)));
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

/** Lane 0 has no digit, which is all that a broker without lanes understands. */
const subscriptionOf = ({ ticket, lane }: LaneTicket): Uint8Array =>
  joinBytes(ticketPrefix, utf8Bytes(lane === 0 ? ticket : `${ticket}${lane}`));

const formOf = (link: ZmtpLink): 'command' | 'message' => (link.versionMinor === 0 ? 'message' : 'command');

async function withTimeout(bound: Promise<void>, options: LinkOptions, link: ZmtpLink): Promise<void> {
  const { timeoutMs } = options;
  const text = `${endpointText(options)} did not bind the subscriber connection within ${timeoutMs} ms`;
  const timer = setTimeout(() => link.close(new TimeoutError(text)), timeoutMs);
  try {
    await bound;
  } finally {
    clearTimeout(timer);
  }
}
