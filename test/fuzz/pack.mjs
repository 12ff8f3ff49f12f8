// MessagePack of any value of JavaScript, also of such as our encoder refuses: what another publisher may send.

/** The bytes of a value. Whole numbers get 9 bytes or one, so that both forms are there. */
export function pack(value) {
  if (value === null || value === undefined) return Buffer.from([0xc0]);
  switch (typeof value) {
    case 'boolean':
      return Buffer.from([value ? 0xc3 : 0xc2]);
    case 'number':
      return packNumber(value);
    case 'bigint':
      return sized(0xcf, 8, (bytes) => bytes.writeBigUInt64BE(BigInt.asUintN(64, value), 1));
    case 'string': {
      const text = Buffer.from(value);
      return Buffer.concat([sized(0xdb, 4, (bytes) => bytes.writeUInt32BE(text.length, 1)), text]);
    }
    default:
      return packObject(value);
  }
}

function packNumber(value) {
  if (Number.isInteger(value) && value >= -32 && value < 128) return Buffer.from([value & 0xff]);
  if (Number.isSafeInteger(value)) return sized(0xd3, 8, (bytes) => bytes.writeBigInt64BE(BigInt(value), 1));
  return sized(0xcb, 8, (bytes) => bytes.writeDoubleBE(value, 1));
}

function packObject(value) {
  if (value instanceof Date) {
    // A date that is none has no time.
    const seconds = Math.floor((value.getTime() || 0) / 1_000);
    return Buffer.concat([
      Buffer.from([0xc7, 12, 0xff]),
      Buffer.alloc(4),
      sized(0, 8, (bytes) => bytes.writeBigInt64BE(BigInt(seconds), 1)).subarray(1),
    ]);
  }
  if (value instanceof Uint8Array)
    return Buffer.concat([Buffer.from([0xc5, value.length >> 8, value.length & 0xff]), value]);
  if (Array.isArray(value))
    return Buffer.concat([sized(0xdd, 4, (bytes) => bytes.writeUInt32BE(value.length, 1)), ...value.map(pack)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    sized(0xdf, 4, (bytes) => bytes.writeUInt32BE(entries.length, 1)),
    ...entries.flat().map(pack),
  ]);
}

function sized(first, count, write) {
  const bytes = Buffer.alloc(1 + count, 0);
  bytes[0] = first;
  write(bytes);
  return bytes;
}
