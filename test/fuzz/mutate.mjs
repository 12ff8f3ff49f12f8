// Changes inputs byte by byte. The structure comes from the corpus and from the generators of the targets.

const edgeBytes = [0x00, 0x01, 0x7f, 0x80, 0xff];
const edgeNumbers = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fff_ffff, 0xffff_ffff];
const runMaxBytes = 64;

/** A changed copy of `input`: one to eight changes. `others` are inputs to take pieces from, `words` bytes that mean something. */
export function mutate(random, input, { others, words, maxBytes }) {
  let bytes = Buffer.from(input);
  for (let count = 1 << random.below(4); count > 0; count--) {
    bytes = random.of(changes)(random, bytes, others, words);
  }
  return bytes.length > maxBytes ? bytes.subarray(0, maxBytes) : bytes;
}

const changes = [
  flipBit,
  setByte,
  setByte,
  addToByte,
  setNumber,
  insertRun,
  removeRun,
  copyRun,
  splice,
  insertWord,
  insertWord,
];

function flipBit(random, bytes) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
}

function setByte(random, bytes) {
  if (bytes.length > 0) {
    bytes[random.below(bytes.length)] = random.below(2) === 0 ? random.of(edgeBytes) : random.below(256);
  }
  return bytes;
}

function addToByte(random, bytes) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] += random.below(33) - 16;
  return bytes;
}

/** Writes a number of 2, 4 or 8 bytes in either order: lengths are where decoders break. */
function setNumber(random, bytes) {
  const size = 2 << random.below(3);
  if (bytes.length < size) return bytes;
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(random.of(edgeNumbers) + random.below(3)));
  const piece = Buffer.from(number.subarray(8 - size));
  if (random.below(2) === 0) piece.reverse();
  piece.copy(bytes, random.below(bytes.length - size + 1));
  return bytes;
}

function insertRun(random, bytes) {
  const run = Buffer.alloc(1 + random.below(runMaxBytes), random.below(256));
  return insertAt(bytes, random.below(bytes.length + 1), run);
}

function removeRun(random, bytes) {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(runMaxBytes))]);
}

function copyRun(random, bytes) {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  return insertAt(bytes, random.below(bytes.length + 1), bytes.subarray(at, at + 1 + random.below(runMaxBytes)));
}

function splice(random, bytes, others) {
  const other = random.of(others);
  if (bytes.length === 0 || other.length === 0) return bytes;
  return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))]);
}

function insertWord(random, bytes, _others, words) {
  if (words.length === 0) return bytes;
  const word = random.of(words);
  const at = random.below(bytes.length + 1);
  if (random.below(2) === 0) return insertAt(bytes, at, word);
  word.copy(bytes, at);
  return bytes;
}

const insertAt = (bytes, at, piece) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
