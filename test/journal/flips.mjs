// Segments and indexes on disk with one flipped bit, or cut: every message that is read must be one that was written.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalReader, NodeFiles, ReadOnlyFiles, SegmentWriter, verify } from '@pulsemq/broker/journal';
import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { randomOf } from './random.mjs';

const messageCount = 3_000;
const topicCount = 20;
const everything = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true };

export async function flips({ flipCount, seed }) {
  const random = randomOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-flips-'));
  let foundCount = 0;
  try {
    write(folder);
    const good = new Set(readAll(folder));
    assert.equal(good.size, messageCount);
    for (let flip = 0; flip < flipCount; flip++) foundCount += Number(damageOnce(folder, random, good));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `${flipCount} times damaged: ${foundCount} found, ${flipCount - foundCount} harmless, no damaged message read`;
}

/** True when the damage was found. Throws when it was neither found nor harmless, or when a damaged message was read. */
function damageOnce(folder, random, good) {
  const path = join(folder, random() < 0.7 ? '000000000001.pmqj' : '000000000001.pmqi');
  const before = readFileSync(path);
  const at = Math.floor(random() * before.length);
  const damaged = Buffer.from(before);
  damaged[at] ^= 1 << Math.floor(random() * 8);
  writeFileSync(path, random() < 0.3 ? before.subarray(0, at) : damaged);
  const read = readAll(folder);
  assert.deepEqual(
    read.filter((text) => !good.has(text)),
    [],
    `a damaged message was read after damage at ${at} of ${path}`,
  );
  const isFound = [...verify(new ReadOnlyFiles(folder))].some(
    ({ damages, indexProblem }) => damages.length > 0 || indexProblem !== null,
  );
  assert.ok(isFound || read.length === messageCount, `damage at ${at} of ${path} was not found and cost messages`);
  writeFileSync(path, before);
  return isFound;
}

function write(folder) {
  const topicOf = (number) => ({ number, epoch: 7, key: `market:flip.t${number}` });
  const writer = new SegmentWriter(new NodeFiles(folder), 1, 1_000_000, topicOf);
  for (let first = 0; first < messageCount; first += 100) {
    const records = Array.from({ length: 100 }, (_, index) => recordOf(first + index));
    const buf = Buffer.concat(records);
    writer.write(buf, 0, buf.length);
  }
  writer.close();
}

function recordOf(index) {
  const topic = 1 + (index % topicCount);
  const payload = Buffer.alloc(80, `${index} `);
  const names = { namespace: 'market', topic: `flip.t${topic}`, username: 'feed' };
  const frames = encodeMessage(messageFrames({ type: MessageType.pub, ...names, payload, timestamp: 1 }));
  const head = Buffer.alloc(24);
  head.writeUInt32BE(frames.length, 0);
  head.writeUInt32BE(topic, 4);
  head.writeBigUInt64BE(BigInt(1 + Math.floor(index / topicCount)), 8);
  head.writeBigInt64BE(BigInt(1_000_000 + index), 16);
  return Buffer.concat([head, frames]);
}

function readAll(folder) {
  const reader = new JournalReader(new ReadOnlyFiles(folder));
  const texts = [...reader.scan(everything)].map(
    ({ key, epoch, sequence, frames }) => `${key} ${epoch} ${sequence} ${frames.toString('base64')}`,
  );
  reader.close();
  return texts;
}
