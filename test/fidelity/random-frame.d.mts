import type { Arbitrary } from 'fast-check';
import type { TaggedFrame } from './tagged.mjs';

export function randomFrame(isPlain: boolean): Arbitrary<TaggedFrame>;
