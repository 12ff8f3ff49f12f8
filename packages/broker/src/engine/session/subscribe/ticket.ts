import { MessageType, messageFrames, ticketPrefix, ticketSubscriptionBytes } from '@pulsemq/protocol';
import { encodeMessage, latin1Text } from '@pulsemq/zmtp';
import { pythonJson } from '../wire/python-json.js';

/** The SUBSCRIBE that binds a subscriber connection to a session, and its answer. */

/** The ticket in the prefix of a SUBSCRIBE, or undefined when the prefix is not of that form. */
export function ticketOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start !== ticketSubscriptionBytes) return undefined;
  if (!ticketPrefix.every((byte, index) => bytes[start + index] === byte)) return undefined;
  return latin1Text(bytes, start + ticketPrefix.length, end);
}

/** BOUND, under the bytes of the ticket SUBSCRIBE as its key: a stock SUB lets it pass. */
export function boundMessage(key: Uint8Array, session: number, epoch: number, nowMs: number): Buffer {
  const payload = Buffer.from(pythonJson({ session, epoch }));
  const frames = messageFrames({ type: MessageType.bound, format: 1, payload, timestamp: nowMs });
  return Buffer.from(encodeMessage([key, ...frames]));
}
