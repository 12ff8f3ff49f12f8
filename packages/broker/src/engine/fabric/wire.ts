import { readU64 } from '@pulsemq/zmtp';

/** The messages that brokers send each other. docs/fabric.md describes them; its sentences are numbered. */

export const fabricVersion = 1;
const magic = 0x50;

/** The head of every message: magic, version, kind, flags, then the ids of sender and receiver. */
export const HeadOffset = { magic: 0, version: 1, kind: 2, flags: 3, sender: 4, receiver: 12 } as const;
export const headBytes = 20;
/** A message of a feed has the number of the feed and its own number after the head. */
export const FeedOffset = { feed: 20, number: 24 } as const;
export const feedHeadBytes = 32;
/** A part of a delivery that is too large for one message. After the head of the feed: the offset of the part, and the size of the delivery. */
export const PartOffset = { at: 32, total: 36 } as const;
export const partHeadBytes = 40;
/** A receipt: the feed, the bytes received of it, and the highest number. */
export const ReceiptOffset = { feed: 20, bytes: 24, number: 32 } as const;
export const receiptBytes = 40;
/** A request for the state of all topics: the feed, and a number that comes back in the mark. */
export const SyncOffset = { feed: 20, sync: 24 } as const;
export const syncBytes = 28;

export const Kind = {
  /** To all: name, addresses and figures of the sender. JSON. */
  hello: 1,
  /** To all or to one: the interest of the sender's subscribers. JSON. */
  interest: 2,
  /** To one: a request for its whole interest. */
  askInterest: 3,
  /** To one, of a feed: deliveries. */
  batch: 4,
  /** To one, of a feed: a part of one delivery. */
  part: 5,
  /** To one, of a feed: the last sequence of topics whose last value is not kept. JSON. */
  heads: 6,
  /** To one, of a feed: the last values for a version of the interest, or for a sync, have all been sent. JSON. */
  mark: 7,
  /** To one: how much of a feed has been received. */
  receipt: 8,
  /** To one: messages were lost, and the state of all topics is needed again. */
  askSync: 9,
  /** To all: the sender ends. */
  bye: 10,
  /** To all: a question for the sessions that publish a topic, or belong to a user. JSON. */
  find: 11,
  /** To one: the answer. JSON. */
  found: 12,
  /** To one: a request for messages of its journal. JSON. */
  askHistory: 13,
  /** To one: a piece of the answer. */
  history: 14,
  /** To one: a request for further pieces of the answer. */
  moreHistory: 15,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const kinds: ReadonlySet<number> = new Set(Object.values(Kind));
const isKind = (kind: number): kind is Kind => kinds.has(kind);

export const Flag = {
  /** Of a batch or part: last values for new interest. They are not delivered as messages. */
  fill: 1,
  /** Of a batch or part: last values after a loss. They are delivered where they are newer. */
  sync: 2,
  /** Of a receipt: subscribers here lag. */
  lags: 1,
} as const;

/** Ids are 16 hex digits; this one means every broker. */
export const everyone = '0'.repeat(16);

/** The head of a message. */
export interface Head {
  readonly kind: Kind;
  readonly flags: number;
  readonly sender: string;
  readonly receiver: string;
}

/** The head of a message; undefined for bytes that are not a message of this version. */
export function readHead(bytes: Buffer): Head | undefined {
  if (bytes.length < headBytes) return undefined;
  if (bytes[HeadOffset.magic] !== magic || bytes[HeadOffset.version] !== fabricVersion) return undefined;
  const kind = bytes[HeadOffset.kind]!;
  if (!isKind(kind)) return undefined;
  return {
    kind,
    flags: bytes[HeadOffset.flags]!,
    sender: bytes.toString('hex', HeadOffset.sender, HeadOffset.sender + 8),
    receiver: bytes.toString('hex', HeadOffset.receiver, HeadOffset.receiver + 8),
  };
}

/** A message of `bytes` bytes with its head written. The rest is not set. */
export function newMessage(kind: Kind, flags: number, sender: string, receiver: string, bytes: number): Buffer {
  const message = Buffer.allocUnsafeSlow(bytes);
  message[HeadOffset.magic] = magic;
  message[HeadOffset.version] = fabricVersion;
  message[HeadOffset.kind] = kind;
  message[HeadOffset.flags] = flags;
  message.write(sender, HeadOffset.sender, 'hex');
  message.write(receiver, HeadOffset.receiver, 'hex');
  return message;
}

/** A message whose body is JSON. */
export function jsonMessage(kind: Kind, sender: string, receiver: string, body: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const message = newMessage(kind, 0, sender, receiver, headBytes + text.length);
  text.copy(message, headBytes);
  return message;
}

/** Writes a whole number up to 2^53 - 1 as eight bytes. */
export function writeU64(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  bytes.writeUInt32BE(value % 0x1_0000_0000, at + 4);
}

/** The JSON text of a message, from `at` on. */
export const textOf = (bytes: Buffer, at: number): string => bytes.toString('utf8', at);

export const feedOf = (bytes: Buffer): number => bytes.readUInt32BE(FeedOffset.feed);
export const numberOf = (bytes: Buffer): number => readU64(bytes, FeedOffset.number);
