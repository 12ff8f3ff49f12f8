import { Client } from './core/client.js';
import type { ClientOptions } from './core/client-options.js';
import { nodePlatform } from './transport/node-platform.js';

/**
 * A client of a PulseMQ broker, and of the Python broker 0.3.0, for Node.
 *
 * Publishes are pipelined: thousands can wait for their replies, and each reply settles its own promise. All subscriptions share one
 * connection, and each receives only its own messages.
 */
export class PulseMQClient extends Client {
  /** Throws a PulseMQError `PMQ_BAD_OPTION` that names the option, its value and its range. Does not connect. */
  constructor(options: ClientOptions) {
    super(options, nodePlatform);
  }
}
