import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { type CommandError, usageError } from '../exit-code.js';

const lineFeed = 10;

/**
 * The chunks of a stream, unchanged. Throws a CommandError that names the line where the bytes are not UTF-8: a parser would replace them by
 * another character. UTF-16 is recognized by its byte order mark.
 */
export async function* utf8Input(stream: AsyncIterable<Buffer> | Readable): AsyncGenerator<Buffer> {
  let line = 1;
  let begun: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (isFirst) refuseUtf16(chunk);
    isFirst = false;
    const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    const end = bytes.length - begunBytes(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw notUtf8(line + badLine(whole));
    line += lineFeedCount(whole);
    begun = bytes.subarray(end);
    yield chunk;
  }
  if (begun.length > 0) throw notUtf8(line);
}

function refuseUtf16(chunk: Buffer): void {
  const mark = chunk.length < 2 ? 0 : chunk.readUInt16BE(0);
  if (mark !== 0xfffe && mark !== 0xfeff) return;
  throw usageError(
    'the input begins with the byte order mark of UTF-16, expected UTF-8: convert it, such as with iconv -f UTF-16 -t UTF-8',
  );
}

const notUtf8 = (line: number): CommandError =>
  usageError(`line ${line} is not UTF-8; convert the input, such as with iconv -f GB18030 -t UTF-8`);

/** Bytes at the end that begin a character whose other bytes come with the next chunk (RFC 3629, section 3). */
function begunBytes(bytes: Buffer): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
    return needed > count ? count : 0;
  }
  return 0;
}

/** Line feeds before the first line that is not UTF-8. */
function badLine(bytes: Buffer): number {
  let start = 0;
  for (let count = 0; ; count++) {
    const end = bytes.indexOf(lineFeed, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return count;
    start = end + 1;
  }
}

function lineFeedCount(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return count;
}
