import { createHmac } from 'node:crypto';

/** The value of `X-PulseMQ-Signature`: HMAC-SHA256 of the timestamp (Unix seconds), a dot and the body. */
export const webhookSignature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
