// The file in which a fuzzing process keeps the input it works on. It outlives the process, whatever ends it: a crash of native code,
// too little memory, a loop without end.
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** u32 number of the input (0 while none is worked on), u32 bytes of it, then the bytes. */
const headBytes = 8;

export class BlackBox {
  #fd;
  #buffer = Buffer.alloc(headBytes + 65_536);
  #number = 0;

  constructor(path) {
    this.#fd = openSync(path, 'w');
    ftruncateSync(this.#fd, headBytes);
  }

  /** An input is about to be worked on. */
  begin(input) {
    this.#number = this.#number === 0xffff_ffff ? 1 : this.#number + 1;
    if (headBytes + input.length > this.#buffer.length) this.#buffer = Buffer.alloc(headBytes + input.length);
    this.#buffer.writeUInt32LE(this.#number, 0);
    this.#buffer.writeUInt32LE(input.length, 4);
    this.#buffer.set(input, headBytes);
    writeSync(this.#fd, this.#buffer, 0, headBytes + input.length, 0);
  }

  /** The process does something else. */
  idle() {
    this.#buffer.writeUInt32LE(0, 0);
    writeSync(this.#fd, this.#buffer, 0, headBytes, 0);
  }

  close() {
    closeSync(this.#fd);
  }
}

/** The number and the bytes of the input in the file; number 0 when none is worked on. */
export function readBlackBox(path) {
  const bytes = readFileSync(path);
  if (bytes.length < headBytes) return { number: 0, input: Buffer.alloc(0) };
  return { number: bytes.readUInt32LE(0), input: bytes.subarray(headBytes, headBytes + bytes.readUInt32LE(4)) };
}
