import { MessageType } from '@pulsemq/protocol';

/** The publish of a text payload to a topic of the namespace `market`. */
export const publishText = (topic: string, payload: string | Uint8Array = 'x', more = {}) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from(payload),
  format: 1,
  ...more,
});
