import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookMessage } from '@pulsemq/protocol';
import { onTestFinished } from 'vitest';

/** A message as it came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly message: WebhookMessage;
}

/** A server that takes what webhooks send, and answers with the statuses it is given, then with 204. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  readonly statuses: number[] = [];
  /** True: it reads, and does not answer. */
  isSilent = false;
  url = '';
  #wake: () => void = () => {};

  static async open(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      receiver.received.push({ headers: request.headers, body, message: JSON.parse(body) as WebhookMessage });
      receiver.#wake();
      if (!receiver.isSilent) response.writeHead(receiver.statuses.shift() ?? 204, { location: receiver.url }).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=hidden`;
    return receiver;
  }

  /** The message with this number, counted from 1, once it is there. */
  async message(number: number): Promise<Received> {
    while (this.received.length < number) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received[number - 1]!;
  }
}

/** Whether a message was signed with this secret. */
export const isSigned = ({ headers, body }: Received, secret: string): boolean => {
  const signed = `${headers['x-pulsemq-timestamp']}.${body}`;
  return headers['x-pulsemq-signature'] === `sha256=${createHmac('sha256', secret).update(signed).digest('hex')}`;
};
