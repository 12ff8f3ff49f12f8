/** The head of a frame (RFC 6455 section 5.2): two bytes, up to eight of length, four of mask. */

/** Types of frames. */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Reasons in a close frame (RFC 6455 section 7.4.1). */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupported: 1003,
  tooBig: 1009,
} as const;

/** Bytes that a frame of a client may announce. They are not kept, so this only refuses lengths that make no sense. */
export const frameMaxBytes = 67_108_864;
/** RFC 6455 section 5.5. */
export const controlMaxBytes = 125;
export const headMaxBytes = 14;

const finalBit = 0x80;
const reservedBits = 0x70;
const maskBit = 0x80;

export const opcodeOf = (head: Buffer): number => head[0]! & 0x0f;
export const isFinal = (head: Buffer): boolean => (head[0]! & finalBit) !== 0;

/** Why bytes break the protocol, with the code for the close frame. */
export interface FrameProblem {
  readonly code: number;
  readonly why: string;
}

/** What is wrong with the first two bytes of a frame; undefined if nothing is. */
export function problemOfStart(head: Buffer, isInMessage: boolean): FrameProblem | undefined {
  const opcode = opcodeOf(head);
  if (head[0]! & reservedBits) return protocolError('a frame has reserved bits set, but no extension was agreed on');
  if ((head[1]! & maskBit) === 0) return protocolError('a frame of the client has no mask');
  if (opcode === Opcode.text) return { code: CloseCode.unsupported, why: 'a text frame, expected binary frames' };
  if (opcode >= Opcode.close) return problemOfControl(head);
  if (opcode > Opcode.binary) return protocolError(`a frame has the unknown type ${opcode}`);
  if ((opcode === Opcode.continuation) === isInMessage) return undefined;
  return protocolError(isInMessage ? 'a message begins inside another one' : 'a frame continues no message');
}

function problemOfControl(head: Buffer): FrameProblem | undefined {
  const opcode = opcodeOf(head);
  if (opcode > Opcode.pong) return protocolError(`a frame has the unknown type ${opcode}`);
  if (!isFinal(head)) return protocolError('a control frame is cut into parts');
  if (shortSize(head) <= controlMaxBytes) return undefined;
  return protocolError(`a control frame has more than ${controlMaxBytes} bytes`);
}

/** Bytes of the whole head, by its first two. */
export const headBytesOf = (head: Buffer): number =>
  6 + (shortSize(head) === 126 ? 2 : shortSize(head) === 127 ? 8 : 0);

/** Bytes of the payload, by the whole head. */
export function payloadBytesOf(head: Buffer): number {
  const short = shortSize(head);
  if (short === 126) return head.readUInt16BE(2);
  return short === 127 ? head.readUInt32BE(2) * 4_294_967_296 + head.readUInt32BE(6) : short;
}

const shortSize = (head: Buffer): number => head[1]! & 0x7f;

const protocolError = (why: string): FrameProblem => ({ code: CloseCode.protocolError, why });

/** The head of a frame of the broker, which has no mask. */
export function serverHead(opcode: number, payloadBytes: number): Buffer {
  const isShort = payloadBytes < 126;
  const isMedium = payloadBytes < 65_536;
  const head = Buffer.allocUnsafe(isShort ? 2 : isMedium ? 4 : 10);
  head[0] = finalBit | opcode;
  head[1] = isShort ? payloadBytes : isMedium ? 126 : 127;
  if (isShort) return head;
  if (isMedium) head.writeUInt16BE(payloadBytes, 2);
  else head.writeBigUInt64BE(BigInt(payloadBytes), 2);
  return head;
}
