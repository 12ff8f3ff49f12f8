import { expect, test } from 'vitest';
import { arrowPieces, type BufferedColumn } from '../src/frame/arrow-buffers.js';
import { DataFrame } from '../src/frame/data-frame.js';
import { PreciseDate } from '../src/value/precise-date.js';

const all = new Uint8Array();

const arrowStream = (columns: readonly BufferedColumn[], floats: ReadonlySet<string>): Uint8Array =>
  Buffer.concat(arrowPieces(columns, floats));

test('columns in buffers are the DataFrame of their values', () => {
  const stream = arrowStream(
    [
      ['whole', { type: 'int64', length: 3, missingCount: 0, validity: all, values: BigInt64Array.of(1n, -2n, 3n) }],
      // The middle row has no value, whatever is stored there.
      [
        'real',
        {
          type: 'float64',
          length: 3,
          missingCount: 1,
          validity: Uint8Array.of(0b101),
          values: Float64Array.of(0.5, 9, 2),
        },
      ],
      ['flag', { type: 'bool', length: 3, missingCount: 0, validity: all, values: Uint8Array.of(0b110) }],
      [
        'text',
        {
          type: 'utf8',
          length: 3,
          missingCount: 0,
          validity: all,
          values: Buffer.from('a价格'),
          offsets: Int32Array.of(0, 1, 1, 7),
        },
      ],
      [
        'at',
        {
          type: 'timestamp',
          length: 3,
          missingCount: 0,
          validity: all,
          values: BigInt64Array.of(1n, 2n, 3n),
          zone: 'Asia/Shanghai',
        },
      ],
      ['list', [[1], null, [2, 3]]],
      ['float', [1, 2, null]],
    ],
    new Set(['float']),
  );
  const frame = DataFrame.fromArrow(stream);
  const at = (us: bigint) => new PreciseDate(us * 1_000n, 'us', 'Asia/Shanghai');
  expect(frame.rows()).toEqual([
    { whole: 1, real: 0.5, flag: false, text: 'a', at: at(1n), list: [1], float: 1 },
    { whole: -2, real: null, flag: true, text: '', at: at(2n), list: null, float: 2 },
    { whole: 3, real: 2, flag: true, text: '价格', at: at(3n), list: [2, 3], float: null },
  ]);
  expect(frame.columns.map(({ dtype }) => dtype)).toEqual([
    'int64',
    'float64',
    'bool',
    'str',
    'datetime64[us, Asia/Shanghai]',
    expect.stringContaining('list'),
    'float64',
  ]);
});

test('without rows the columns keep their types', () => {
  const empty = { length: 0, missingCount: 0, validity: all };
  const stream = arrowStream(
    [
      ['text', { ...empty, type: 'utf8', values: all, offsets: new Int32Array(1) }],
      ['whole', { ...empty, type: 'int64', values: new BigInt64Array() }],
    ],
    new Set(),
  );
  const frame = DataFrame.fromArrow(stream);
  expect([frame.length, frame.columns.map(({ dtype }) => dtype)]).toEqual([0, ['str', 'int64']]);
});

test('two columns of one name, and of two lengths, are refused', () => {
  expect(() =>
    arrowStream(
      [
        ['a', [1]],
        ['a', [2]],
      ],
      new Set(),
    ),
  ).toThrow('two columns have the name "a"');
  const short = { type: 'float64', length: 1, missingCount: 0, validity: all, values: Float64Array.of(1) } as const;
  expect(() =>
    arrowStream(
      [
        ['a', [1, 2]],
        ['b', short],
      ],
      new Set(),
    ),
  ).toThrow('column "b" has 1 rows');
});
