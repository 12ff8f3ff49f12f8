import { MessageType } from '@pulsemq/protocol';

/** The requests that tests of the wire send. */

export const query = (body: object | string): { type: typeof MessageType.query; format: number; payload: Buffer } => ({
  type: MessageType.query,
  format: 1,
  payload: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

export const sub = (
  namespace: string,
  topic: string,
  payload = '',
): { type: typeof MessageType.sub; namespace: string; topic: string; payload: Buffer } => ({
  type: MessageType.sub,
  namespace,
  topic,
  payload: Buffer.from(payload),
});

export const pub = (topic: string, more: object = {}) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username: 'publisher',
  payload: Buffer.from('x'),
  ...more,
});
