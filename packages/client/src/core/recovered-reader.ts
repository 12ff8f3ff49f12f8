import { DeliveryReader } from './delivery-reader.js';
import { MessageScanner } from './message-scanner.js';
import type { Allocate } from './platform.js';
import type { ReceivedMessage } from './received-message.js';
import type { TopicState } from './topic-state.js';

/** Reads the messages of answers with history. */
export class RecoveredReader {
  readonly #allocate: Allocate;

  constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  /** The deliveries in `bytes`, one after another, as messages of a topic. Throws a PulseMQError `PMQ_PROTOCOL` if they are malformed. */
  read(state: TopicState, bytes: Uint8Array): ReceivedMessage[] {
    const messages: ReceivedMessage[] = [];
    const reader = new DeliveryReader(this.#allocate);
    const scanner = new MessageScanner(
      {
        onMessage: (buf, span) => {
          reader.check(span);
          messages.push(reader.readRecovered(state, buf, span));
        },
        onCommand: () => {},
      },
      this.#allocate,
    );
    scanner.push(bytes, 0, bytes.length);
    return messages;
  }
}
