import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookMessage } from '@pulsemq/protocol';

export interface Received {
  readonly message: WebhookMessage;
  readonly body: string;
  readonly signature: string;
  readonly timestamp: string;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A server that webhooks are sent to. It answers 204. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #arrivals = new EventEmitter();

  private constructor() {
    this.#server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { headers } = request;
        this.received.push({
          message: JSON.parse(body) as WebhookMessage,
          body,
          signature: String(headers['x-pulsemq-signature']),
          timestamp: String(headers['x-pulsemq-timestamp']),
        });
        response.writeHead(204).end();
        this.#arrivals.emit('message');
      });
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alerts`;
  }

  /** The first message of an event, now or when it comes. */
  async next(event: WebhookMessage['event']): Promise<Received> {
    for (;;) {
      const found = this.received.find(({ message }) => message.event === event);
      if (found !== undefined) return found;
      await once(this.#arrivals, 'message');
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** The signature that a receiver computes with its secret. */
export const signatureOf = ({ body, timestamp }: Received, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
