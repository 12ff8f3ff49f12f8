import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';

/** `count` publishes of 100 bytes each in one buffer, as one read returns them, to `topicCount` topics in turn. */
export const publishes = (count: number, topicCount = count): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => publish(topicOf(index % topicCount))));

export const topicOf = (index: number): string => `sz${String(index).padStart(6, '0')}.tick`;

export const publish = (topic: string, payloadBytes = 100): Buffer =>
  Buffer.from(
    encodeMessage(
      messageFrames({
        type: MessageType.pub,
        namespace: 'market',
        topic,
        username: 'bench',
        payload: Buffer.alloc(payloadBytes, 'x'),
      }),
    ),
  );
