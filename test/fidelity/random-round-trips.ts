import { DataFrame, decodePayload, encodePayload } from '@pulsemq/codecs';
import type { PayloadFormat } from '@pulsemq/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomFrame } from './random-frame.mjs';
import { columnsOf, difference, frameOf, rowsOf, type TaggedFrame } from './tagged.mjs';

const seed = Number(process.env.FIDELITY_SEED ?? 20_261_124);

function through(data: unknown, format: PayloadFormat): DataFrame {
  const { payload, formatCode } = encodePayload({ format, data });
  return decodePayload(formatCode, 0, payload).data as DataFrame;
}

/** The two ways in which TypeScript sends a frame. */
const ways = {
  rows: rowsOf,
  columns: (frame: TaggedFrame) => DataFrame.fromColumnList(columnsOf(frame)),
};

/**
 * Tests with random nested frames: TypeScript, a format, TypeScript, and once more from the received rows. FIDELITY_SEED repeats a run
 * with the seed of a failure.
 */
export function testRandomFrames(frameCount: number): void {
  test.each([
    ['df_msgpack', 'rows'],
    ['df_msgpack', 'columns'],
    ['df_pyarrow', 'rows'],
    ['df_pyarrow', 'columns'],
  ] as const)(
    '%s, %s: every random frame is equal',
    (format, way) => {
      fc.assert(
        fc.property(randomFrame(format === 'df_msgpack'), (frame) => {
          const received = through(ways[way](frame), format);
          expect(difference(frame, frameOf(received))).toBeUndefined();
          expect(difference(frame, frameOf(through(received.rows(), format)))).toBeUndefined();
        }),
        { numRuns: Math.ceil(frameCount / 4), seed },
      );
    },
    // About 5 ms a frame on a machine that has other work, too.
    20_000 + 10 * frameCount,
  );
}
