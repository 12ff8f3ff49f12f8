import { FormatCode, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { pythonJson } from './python-json.js';

/** Replies on the request port, as whole messages on the wire. */

function reply(type: MessageType, format: number, text: string, nowMs: number): Buffer {
  return Buffer.from(
    encodeMessage(messageFrames({ type, format, payload: Buffer.from(text, 'utf8'), timestamp: nowMs })),
  );
}

/** ACK with a JSON body. */
export const ackReply = (body: object, nowMs: number): Buffer =>
  reply(MessageType.ack, FormatCode.string, pythonJson(body), nowMs);

/** ERROR with its code and its text. */
export const errorReply = (code: number, text: string, nowMs: number): Buffer =>
  reply(MessageType.error, FormatCode.string, pythonJson({ error_code: code, error_message: text }), nowMs);

/** PONG, empty. */
export const pongReply = (nowMs: number): Buffer => reply(MessageType.pong, FormatCode.bytes, '', nowMs);
