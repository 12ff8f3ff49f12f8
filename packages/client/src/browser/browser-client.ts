import { Client } from '../core/client.js';
import type { ClientOptions } from '../core/client-options.js';
import { browserPlatform } from './browser-platform.js';

/** A client of a PulseMQ broker for browsers. It is that of Node, on WebSockets. */
export class PulseMQClient extends Client {
  /** Throws a PulseMQError `PMQ_BAD_OPTION` that names the option, its value and its range. Does not connect. */
  constructor(options: ClientOptions) {
    super(options, browserPlatform);
  }
}
