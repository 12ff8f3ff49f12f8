import { deliveryFrameCount, HeaderOffset, headerBytes } from '@pulsemq/protocol';
import { type MessageSpan, protocolError } from './message-scanner.js';
import { utf8Text } from './utf8-text.js';

/** A message of the broker's own on a subscriber connection: BOUND, SNAPSHOT_END, TOPIC_STATUS, STREAMS_ENDED. */
export interface OwnMessage {
  readonly type: number;
  readonly namespace: string;
  /** A topic or a pattern; may be empty. */
  readonly topic: string;
  readonly body: object;
}

/** Reads such a message. Throws a PulseMQError `PMQ_PROTOCOL` if it is malformed. */
export function readOwnMessage(buf: Uint8Array, { bounds, frameCount }: MessageSpan): OwnMessage {
  if (frameCount !== deliveryFrameCount || bounds[3]! - bounds[2]! !== headerBytes) {
    throw protocolError('a message of its own on the subscriber port does not have the frames of a delivery');
  }
  const text = (frame: number): string => utf8Text(buf, bounds[2 * frame]!, bounds[2 * frame + 1]!);
  return { type: buf[bounds[2]! + HeaderOffset.type]!, namespace: text(2), topic: text(3), body: parsed(text(5)) };
}

function parsed(text: string): object {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw protocolError(`a message of its own is not JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null) throw protocolError('a message of its own is not a JSON object');
  return body;
}
