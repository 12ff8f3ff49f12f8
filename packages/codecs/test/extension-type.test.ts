import { ErrorCode } from '@pulsemq/protocol';
import {
  type Column,
  columnFromArray,
  type DataType,
  type Field,
  fixedSizeBinary,
  int8,
  int64,
  list,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { decodePayload, encodePayload } from '../src/payload.js';

/** Extension types of received Arrow streams: at each level they have their own values, or are refused by column. */

const extension = (name: string) => new Map([['ARROW:extension:name', name]]);
const childOf = (type: DataType, index: number): Field => (type as unknown as { children: Field[] }).children[index]!;

/** A received DataFrame with the column `v`, where `mark` gives its fields metadata. */
function received(column: Column<unknown>, mark: (field: Field) => void): DataFrame {
  const table = tableFromColumns({ v: column });
  mark(table.schema.fields[0]!);
  return DataFrame.fromArrow(tableToIPC(table, { format: 'stream' })!);
}

const marked = (values: unknown[], type: DataType, name: string): DataFrame =>
  received(columnFromArray(values, type), (field) => {
    field.metadata = extension(name);
  });

const uuid = '550e8400-e29b-41d4-a716-446655440000';
const uuidBytes = Uint8Array.from(uuid.replaceAll('-', '').match(/../g)!, (digits) => Number.parseInt(digits, 16));

const known: readonly [string, DataFrame, readonly unknown[]][] = [
  ['booleans of 8 bits', marked([1, 0, null, 2], int8(), 'arrow.bool8'), [true, false, null, true]],
  ['UUIDs', marked([uuidBytes, null], fixedSizeBinary(16), 'arrow.uuid'), [uuid, null]],
  [
    'lists of booleans of 8 bits',
    received(columnFromArray([[1, 0], []], list(int8())), (field) => {
      childOf(field.type, 0).metadata = extension('arrow.bool8');
    }),
    [[true, false], []],
  ],
  [
    'objects with a boolean of 8 bits',
    received(columnFromArray([{ up: 1 }, { up: null }], struct({ up: int8() })), (field) => {
      childOf(field.type, 0).metadata = extension('arrow.bool8');
    }),
    [{ up: true }, { up: null }],
  ],
];

test.each(known)('%s have their values in rows(), in columns and in JSON', (_, frame, wanted) => {
  expect(frame.rows()).toEqual(wanted.map((v) => ({ v })));
  expect(frame.columns[0]!.values).toEqual(wanted);
  expect(JSON.parse(JSON.stringify(frame))).toEqual(wanted.map((v) => ({ v })));
});

test.each(known)('%s have their values when the DataFrame is sent by df_msgpack', (_, frame, wanted) => {
  const { payload, formatCode } = encodePayload({ format: 'df_msgpack', data: frame });
  expect((decodePayload(formatCode, 0, payload).data as DataFrame).rows()).toEqual(wanted.map((v) => ({ v })));
});

describe.each([
  ['a period', marked([200n], int64(), 'pandas.period'), 'pandas.period, stored as int64'],
  ['an unknown type', marked(['x'], utf8(), 'their.type'), 'their.type, stored as str'],
  ['a boolean of 8 bits that is stored as text', marked(['x'], utf8(), 'arrow.bool8'), 'arrow.bool8, stored as str'],
  [
    'a UUID of other bytes',
    marked([Uint8Array.of(1)], fixedSizeBinary(1), 'arrow.uuid'),
    'arrow.uuid, stored as bytes',
  ],
])('%s', (_, frame, name) => {
  test('is refused by column in rows(), in values, in JSON and by df_msgpack', () => {
    const refusal = expect.objectContaining({
      code: ErrorCode.badPayload,
      message: `column "v" has the extension type ${name}, whose values JavaScript cannot hold: use table() for the stored ones`,
    });
    expect(() => frame.rows()).toThrow(refusal);
    expect(() => frame.columns[0]!.values).toThrow(refusal);
    expect(() => JSON.stringify(frame)).toThrow(refusal);
    expect(() => encodePayload({ format: 'df_msgpack', data: frame })).toThrow(refusal);
  });

  test('is sent on by df_pyarrow as it is, and its dtype names the type', () => {
    expect(encodePayload({ format: 'df_pyarrow', data: frame }).payload).toBe(frame.toArrow());
    expect(name).toContain(frame.columns[0]!.dtype);
    expect(frame.table().getChild('v').length).toBe(1);
  });
});
