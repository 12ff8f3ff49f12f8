/**
 * Byte 1 of the header: the type of a message. `pulse-mq` defines 1 to 11 (11 since its 0.5.0). This broker adds the types from 0x10
 * up and sends them only on a bound subscriber connection.
 */
export const MessageType = {
  auth: 1,
  pub: 2,
  sub: 3,
  unsub: 4,
  msg: 5,
  ack: 6,
  error: 7,
  ping: 8,
  pong: 9,
  query: 10,
  status: 11,
  bound: 0x10,
  /** The images of a snapshot have been sent. */
  snapshotEnd: 0x11,
  /** The status of topics. */
  topicStatus: 0x12,
  /** A replay has ended, or has reached the present and goes on live. */
  replayEnd: 0x13,
  /** The broker is about to end: move to another one. */
  drain: 0x14,
  /** How far a replay has come: where it can go on. */
  replayPlace: 0x15,
  /** Another broker has ended without a word: what it had accepted last is unknown. */
  streamsEnded: 0x16,
} as const;

/** One of the types. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType];
