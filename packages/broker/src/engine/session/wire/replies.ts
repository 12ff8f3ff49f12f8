import { FormatCode, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { pythonJson } from './python-json.js';

/** Replies on the request port, as whole messages on the wire. */

function reply(type: MessageType, format: number, text: string, nowMs: number): Buffer {
  return replyOf(type, format, Buffer.from(text, 'utf8'), nowMs);
}

function replyOf(type: MessageType, format: number, payload: Buffer, nowMs: number): Buffer {
  const message = encodeMessage(messageFrames({ type, format, payload, timestamp: nowMs }));
  return Buffer.from(message.buffer, message.byteOffset, message.length);
}

/** A message that the journal could not take under the policy `always`. */
export const notStoredText = 'delivered, not stored: the journal cannot be written at present';

/** ACK with a JSON body. */
export const ackReply = (body: object, nowMs: number): Buffer =>
  reply(MessageType.ack, FormatCode.string, pythonJson(body), nowMs);

/** ERROR with its code and its text. */
export const errorReply = (code: number, text: string, nowMs: number): Buffer =>
  reply(MessageType.error, FormatCode.string, pythonJson({ error_code: code, error_message: text }), nowMs);

/** ACK with messages: the length of the JSON body as a u32, the body, and whole deliveries one after another. */
export function historyReply(body: object, messages: Uint8Array, nowMs: number): Buffer {
  const json = Buffer.from(pythonJson(body), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return replyOf(MessageType.ack, FormatCode.bytes, Buffer.concat([length, json, messages]), nowMs);
}

/** PONG, empty. */
export const pongReply = (nowMs: number): Buffer => reply(MessageType.pong, FormatCode.bytes, '', nowMs);
