import { crc32 } from 'node:zlib';
import { readU32, readU64, writeI64, writeU32 } from '@pulsemq/zmtp';
import { checkpointName, unfinishedName } from './file-names.js';
import type { JournalFiles } from './file-port.js';

/** Where each topic stood at a clean stop. The next start goes on from there, and removes the file before it takes a message. */

const magic = Buffer.from('PMQJCKP1', 'latin1');
const version = 1;
const headBytes = 32;
const At = { version: 8, crc: 12, lastSegment: 16, count: 24, bytes: 28 } as const;
const entryHeadBytes = 15;

/** A topic, its epoch, and the sequence of its last message. */
export interface TopicHead {
  readonly key: string;
  readonly epoch: number;
  readonly sequence: number;
  /** Its sequence goes on. False for a topic without a message since an unclean stop: its next message begins a new epoch. */
  readonly goesOn: boolean;
}

/** A whole checkpoint. */
export interface Checkpoint {
  /** Number of the newest segment there was. */
  readonly lastSegment: number;
  readonly heads: readonly TopicHead[];
}

/** Encodes the heads of topics. The engine makes these bytes, and the writing thread puts them into the file. */
export function encodeHeads(heads: readonly TopicHead[]): Buffer {
  return Buffer.concat(
    heads.map(({ key, epoch, sequence, goesOn }) => {
      const name = Buffer.from(key, 'utf8');
      const entry = Buffer.alloc(entryHeadBytes + name.length);
      writeI64(entry, 0, sequence);
      writeU32(entry, 8, epoch);
      entry[12] = Number(goesOn);
      entry.writeUInt16BE(name.length, 13);
      name.copy(entry, entryHeadBytes);
      return entry;
    }),
  );
}

/** Writes the checkpoint durably, as the last thing of a clean stop. */
export function writeCheckpoint(files: JournalFiles, lastSegment: number, count: number, heads: Uint8Array): void {
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  writeU32(head, At.version, version);
  writeI64(head, At.lastSegment, lastSegment);
  writeU32(head, At.count, count);
  writeU32(head, At.bytes, heads.length);
  writeU32(head, At.crc, crcOf(head, heads));
  const file = files.create(unfinishedName(checkpointName));
  try {
    file.write([head, heads], 0);
    file.sync();
  } finally {
    file.close();
  }
  files.rename(unfinishedName(checkpointName), checkpointName);
  files.syncFolder();
}

/** Reads the checkpoint; undefined when there is none that is good. */
export function readCheckpoint(files: JournalFiles): Checkpoint | undefined {
  if (!files.list().includes(checkpointName)) return undefined;
  const file = files.open(checkpointName);
  try {
    const bytes = Buffer.alloc(file.sizeBytes());
    file.read(bytes, 0);
    return decode(bytes);
  } finally {
    file.close();
  }
}

/** Removes the checkpoint durably: from now on a stop without a new one is unclean. */
export function removeCheckpoint(files: JournalFiles): void {
  if (!files.list().includes(checkpointName)) return;
  files.remove(checkpointName);
  files.syncFolder();
}

const crcOf = (head: Uint8Array, heads: Uint8Array): number =>
  crc32(heads, crc32(head.subarray(At.lastSegment), crc32(head.subarray(0, At.crc))));

function decode(bytes: Buffer): Checkpoint | undefined {
  if (bytes.length < headBytes || magic.compare(bytes, 0, magic.length) !== 0) return undefined;
  const body = bytes.subarray(headBytes);
  const isWhole = readU32(bytes, At.version) === version && readU32(bytes, At.bytes) === body.length;
  if (!isWhole || readU32(bytes, At.crc) !== crcOf(bytes.subarray(0, headBytes), body)) return undefined;
  const heads: TopicHead[] = [];
  let at = 0;
  for (let left = readU32(bytes, At.count); left > 0; left--) {
    const end = at + entryHeadBytes + body.readUInt16BE(at + 13);
    const key = body.toString('utf8', at + entryHeadBytes, end);
    heads.push({ key, epoch: readU32(body, at + 8), sequence: readU64(body, at), goesOn: body[at + 12] === 1 });
    at = end;
  }
  return { lastSegment: readU64(bytes, At.lastSegment), heads };
}
