import type { Readable } from 'node:stream';
import { usageError } from '../exit-code.js';

/** Bytes of a line; larger than any payload. */
const lineMaxBytes = 96 * 1_048_576;

/** Lines of a stream without LF or CRLF, held one at a time. Throws a CommandError for a line of more than 96 MiB. */
export async function* lines(stream: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      held.push(chunk.subarray(start, end));
      yield withoutReturn(held.length === 1 ? held[0]! : Buffer.concat(held));
      held = [];
      heldBytes = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    held.push(chunk.subarray(start));
    heldBytes += chunk.length - start;
    if (heldBytes > lineMaxBytes)
      throw usageError(`a line of the input is longer than ${lineMaxBytes} bytes, which is more than any payload`);
  }
  if (heldBytes > 0) yield withoutReturn(Buffer.concat(held));
}

const withoutReturn = (line: Buffer): Buffer => (line.at(-1) === 13 ? line.subarray(0, -1) : line);
