/**
 * Byte 1 of the header: what a message is. Values 1 to 11 are those of `pulse-mq` (11 of its 0.5.0);
 * from 0x10 up they are ours and are sent only on a bound subscriber connection.
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
} as const;

export type MessageType = (typeof MessageType)[keyof typeof MessageType];
