import { describe, expect, test } from 'vitest';
import { errorOfReply } from '../src/errors.js';
import { decodeHeader, encodeHeader } from '../src/header.js';
import { keyFrame, messageFrames, parseMessage } from '../src/message.js';
import { MessageType } from '../src/message-type.js';
import { framesOf, type WireVector, wireVectors } from './vectors.js';

// Vectors that are not messages of six or seven frames: single frames that the original sends by mistake and this broker does not,
// and whole ZMTP frames, which packages/zmtp tests.
const otherVectors = [
  'junk_sub_leak',
  'junk_unsub_leak',
  'zmtp31_subscribe_command',
  'zmtp31_cancel_command',
  'zmtp30_subscribe_message',
];

const messages = wireVectors.filter(({ name }) => !otherVectors.includes(name));

test('65 of the 70 vectors are messages', () => {
  expect(wireVectors).toHaveLength(70);
  expect(messages).toHaveLength(65);
});

/** The six frames, without the key of a delivery. */
const sixFrames = (vector: WireVector): Uint8Array[] => framesOf(vector).slice(-6);

describe.each(messages)('$name', (vector) => {
  const { decoded } = vector;

  test('decodes to the values of the original', () => {
    const message = parseMessage(sixFrames(vector));
    if (typeof message === 'string') throw new Error(message);
    expect(message).toMatchObject({
      header: {
        version: decoded.version,
        type: decoded.msg_type,
        format: decoded.data_format,
        flags: decoded.flags,
        payloadLength: decoded.payload_length,
        messageCount: decoded.message_count,
        timestamp: decoded.timestamp,
      },
      namespace: decoded.namespace,
      topic: decoded.topic,
      username: decoded.username,
    });
    if (decoded.payload_bytes !== undefined) expect(message.payload).toHaveLength(Number(decoded.payload_bytes));
    expect(Buffer.from(message.reserved).toString('hex')).toBe(decoded.reserved_hex ?? '');
  });

  test('is encoded byte for byte', () => {
    const frames = sixFrames(vector);
    const message = parseMessage(frames);
    if (typeof message === 'string') throw new Error(message);
    const { type, format, flags, timestamp } = message.header;
    const again = messageFrames({ ...message, type: type as MessageType, format, flags, timestamp });
    expect(again.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(
      frames.map((frame) => Buffer.from(frame).toString('hex')),
    );
  });
});

test.each(messages.filter(({ frames_hex }) => frames_hex.length === 7))('$name has the key frame', (vector) => {
  const key = keyFrame(String(vector.decoded.namespace), String(vector.decoded.topic));
  expect(Buffer.from(key).toString('hex')).toBe(vector.frames_hex[0]);
});

test('the header is encoded as in the original', () => {
  const hex = '0402030301020304050607080000000000000007';
  const header = decodeHeader(Buffer.from(hex, 'hex'));
  expect(header).toEqual({
    version: 4,
    type: MessageType.pub,
    format: 3,
    flags: 3,
    payloadLength: 0x01020304,
    messageCount: 0x05060708,
    timestamp: 7,
  });
  expect(Buffer.from(encodeHeader(header)).toString('hex')).toBe(hex);
});

test.each([
  [[], 'a message has 6 frames, this one has 0'],
  [Array(7).fill(Buffer.alloc(20)), 'a message has 6 frames, this one has 7'],
  [[Buffer.alloc(19), ...Array(5).fill(Buffer.alloc(0))], 'a header has 20 bytes, this one has 19'],
  [[Buffer.alloc(20), ...Array(5).fill(Buffer.alloc(0))], 'wire version 0 is unknown, expected 4'],
])('frames that are not a message give the reason', (frames, reason) => {
  expect(parseMessage(frames as Uint8Array[])).toBe(reason);
});

test.each([
  [1, 'AuthFailedError', 'PMQ_AUTH_FAILED'],
  [2, 'AuthFailedError', 'PMQ_NOT_AUTHENTICATED'],
  [3, 'PermissionDeniedError', 'PMQ_PERMISSION_DENIED'],
  [4, 'PermissionDeniedError', 'PMQ_PERMISSION_DENIED'],
  [5, 'TopicFormatError', 'PMQ_BAD_NAME'],
  [6, 'PulseMQError', 'PMQ_UNSUPPORTED_TYPE'],
  [7, 'ConnectionLimitError', 'PMQ_CONNECTION_LIMIT'],
  [8, 'PayloadTooLargeError', 'PMQ_PAYLOAD_TOO_LARGE'],
  [9, 'PulseMQError', 'PMQ_MALFORMED'],
  [10, 'PulseMQError', 'PMQ_BAD_QUERY'],
  [255, 'PulseMQError', 'PMQ_INTERNAL'],
  [99, 'PulseMQError', 'PMQ_INTERNAL'],
])('ERROR %i is a %s', (code, name, errorCode) => {
  const error = errorOfReply(code, 'text');
  expect(error).toMatchObject({ name, code: errorCode });
  expect(error.message).toContain('text');
});
