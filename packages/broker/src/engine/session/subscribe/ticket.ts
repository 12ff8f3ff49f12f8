import { FormatCode, type MessageType, messageFrames, ticketPrefix, ticketSubscriptionBytes } from '@pulsemq/protocol';
import { encodeMessage, latin1Text } from '@pulsemq/zmtp';
import { laneMaxCount } from '../lane.js';
import { pythonJson } from '../wire/python-json.js';

/** The SUBSCRIBE that binds a subscriber connection to a lane of a session, and what is sent under its key. */

/** A ticket and the lane that it binds. */
export interface Ticket {
  readonly ticket: string;
  /** 0, or 1 to 7 where a digit follows the ticket. */
  readonly lane: number;
}

/** The ticket in the prefix of a SUBSCRIBE, or undefined when the prefix is not of that form. */
export function ticketOf(bytes: Uint8Array, start: number, end: number): Ticket | undefined {
  const ticketEnd = start + ticketSubscriptionBytes;
  if (end < ticketEnd || end > ticketEnd + 1) return undefined;
  if (!ticketPrefix.every((byte, index) => bytes[start + index] === byte)) return undefined;
  const ticket = latin1Text(bytes, start + ticketPrefix.length, ticketEnd);
  if (end === ticketEnd) return { ticket, lane: 0 };
  const lane = bytes[ticketEnd]! - digitZero;
  return lane >= 1 && lane < laneMaxCount ? { ticket, lane } : undefined;
}

const digitZero = 0x30;

/** A message of the broker's own on a bound connection. Its key is the ticket SUBSCRIBE of that connection: a stock SUB lets it pass. */
export function ownMessage(
  key: Uint8Array,
  type: MessageType,
  body: object,
  nowMs: number,
  names: { readonly namespace?: string; readonly topic?: string } = {},
): Buffer {
  const payload = Buffer.from(pythonJson(body));
  const frames = messageFrames({ type, format: FormatCode.string, payload, timestamp: nowMs, ...names });
  return Buffer.from(encodeMessage([key, ...frames]));
}
