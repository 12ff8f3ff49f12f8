// The kept inputs of each target: test/fuzz/corpus/TARGET/NAME, where the name is the hash of the bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** Longer inputs are used and not kept: the corpus is checked in. */
const keptMaxBytes = 2_048;
const keptMaxCount = 150;

export const corpusFolder = (target) => join(here, 'corpus', target);

/** The kept inputs of a target, in the order of their names. */
export function readCorpus(target) {
  const folder = corpusFolder(target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

/** Keeps an input, unless the corpus is full or the input long. */
export function keep(target, input) {
  const folder = corpusFolder(target);
  mkdirSync(folder, { recursive: true });
  if (input.length > keptMaxBytes || readdirSync(folder).length >= keptMaxCount) return;
  writeFileSync(join(folder, nameOf(input)), input);
}

/** A name for an input: the start of its SHA-1. */
export const nameOf = (input) => createHash('sha1').update(input).digest('hex').slice(0, 16);
