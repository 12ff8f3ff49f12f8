import { runInNewContext } from 'node:vm';
import { ErrorCode } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';

/** Columns and cells that are typed arrays of other classes than the plain ones of this realm. */

class Prices extends Float64Array {
  override get [Symbol.toStringTag](): never {
    return 'Prices' as never;
  }
}

const columns: readonly [string, unknown, readonly unknown[]][] = [
  ['a Buffer', Buffer.from('ab'), [97, 98]],
  ['an empty Buffer in a row of no rows', Buffer.alloc(0), []],
  ['a subclass of Float64Array', Prices.of(1.5, -0), [1.5, -0]],
  ['a Float64Array of another realm', runInNewContext('Float64Array.of(1.5, NaN)'), [1.5, Number.NaN]],
  ['a BigInt64Array of another realm', runInNewContext('BigInt64Array.of(-1n, 2n ** 62n)'), [-1n, 2n ** 62n]],
  ['a Uint8ClampedArray of another realm', runInNewContext('Uint8ClampedArray.of(255)'), [255]],
  ['an array of another realm', runInNewContext('[1, 2]'), [1, 2]],
];

describe.each(['df_msgpack', 'df_pyarrow'] as const)('by %s', (format) => {
  const through = (data: unknown): DataFrame => {
    const { payload, formatCode } = encodePayload({ format, data });
    return decodePayload(formatCode, 0, payload).data as DataFrame;
  };

  test.each(columns.filter(([, , wanted]) => format === 'df_pyarrow' || wanted.length > 0))(
    'a column that is %s',
    (_, values, wanted) => {
      expect(through({ v: values }).rows()).toEqual(wanted.map((v) => ({ v })));
    },
  );

  test.each(columns)('a cell that is %s', (_, values, wanted) => {
    const [{ v }] = through([{ v: values }]).rows() as [{ v: ArrayLike<unknown> }];
    expect(Array.from(v)).toEqual(wanted);
  });

  test.each([
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['a DataView of another realm', runInNewContext('new DataView(new ArrayBuffer(8))')],
  ])('a column and a cell that is %s are refused by name', (_, view) => {
    const text = (name: string) =>
      expect.objectContaining({ code: ErrorCode.badPayload, message: expect.stringContaining(name) });
    expect(() => through({ v: view })).toThrow(text('column "v" is a DataView'));
    expect(() => through([{ v: view }])).toThrow(text('column "v", row 0 is a DataView'));
  });
});

test('Arrow bytes of another realm are read', () => {
  const bytes = DataFrame.fromRows([{ v: 1 }]).toArrow();
  const foreign = runInNewContext('Uint8Array.from(bytes)', { bytes });
  expect(DataFrame.from(foreign).rows()).toEqual([{ v: 1 }]);
});

test('a DataFrame keeps its values when the Buffer that it was made of changes', () => {
  const bytes = Buffer.from('ab');
  const frame = DataFrame.fromColumns({ v: bytes });
  bytes[0] = 0;
  expect(frame.rows()).toEqual([{ v: 97 }, { v: 98 }]);
});
