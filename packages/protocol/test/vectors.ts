import { readFileSync } from 'node:fs';

/** One message, recorded from the Python package. */
export interface WireVector {
  readonly name: string;
  readonly frames_hex: readonly string[];
  readonly decoded: Record<string, unknown>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

export const wireVectors = read('wire-vectors') as WireVector[];

export const ruleVectors = read('rules-vectors') as {
  readonly match: readonly { pattern: string; topic: string; expected: boolean }[];
  readonly topic: readonly { value: string; result: string }[];
  readonly namespace: readonly { value: string; result: string }[];
};

export const framesOf = ({ frames_hex }: WireVector): Uint8Array[] => frames_hex.map((hex) => Buffer.from(hex, 'hex'));
