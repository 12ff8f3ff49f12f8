import { ErrorCode } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { DataFrame } from '../src/frame/data-frame.js';
import { encodePayload } from '../src/payload.js';
import { CalendarDate } from '../src/value/calendar-date.js';
import { Decimal } from '../src/value/decimal.js';
import { Duration } from '../src/value/duration.js';
import { PreciseDate } from '../src/value/precise-date.js';
import { TimeOfDay } from '../src/value/time-of-day.js';

/** The values that JavaScript has no class for: what they refuse, and what a column of them refuses. */

const refusal = (message: string) => expect.objectContaining({ code: ErrorCode.badPayload, message });

describe('a value that cannot be made is refused with its form', () => {
  test.each<[string, () => unknown, string]>([
    [
      "Decimal.from('1e10')",
      () => Decimal.from('1e10'),
      '"1e10" is not a decimal such as -10.50, all digits without an exponent',
    ],
    [
      "Decimal.from('NaN')",
      () => Decimal.from('NaN'),
      '"NaN" is not a decimal such as -10.50, all digits without an exponent',
    ],
    [
      "Decimal.from('-0.00')",
      () => Decimal.from('-0.00'),
      '"-0.00" is -0, and decimals have none: write it without the sign, or use a number',
    ],
    ['new Decimal(105, 1)', () => new Decimal(105 as never, 1), '105, 1 is not a decimal such as -1050n, 2'],
    ['new Decimal(1n, 0.5)', () => new Decimal(1n, 0.5), '1, 0.5 is not a decimal such as -1050n, 2'],
    ['new PreciseDate(0)', () => new PreciseDate(0 as never), '0 is not a bigint of nanoseconds such as 0n'],
    [
      "new PreciseDate(0, 'ms')",
      () => new PreciseDate(0 as never, 'ms'),
      '0 is not a bigint of nanoseconds such as 0n',
    ],
    ["PreciseDate.from('x')", () => PreciseDate.from('x'), '"x" is not a time such as 2026-11-24T09:30:00.123456Z'],
    ['new Duration(5)', () => new Duration(5 as never), '5 is not a bigint of nanoseconds such as 0n'],
    ['new Duration(1n, s)', () => new Duration(1n, 's'), '1 ns are not whole s'],
    ['new Duration(1n, min)', () => new Duration(1n, 'min' as never), 'min is not a unit: s,ms,us,ns'],
    ['new TimeOfDay(5)', () => new TimeOfDay(5 as never), '5 is not a bigint of nanoseconds such as 0n'],
    ["CalendarDate.from('2024-02-30')", () => CalendarDate.from('2024-02-30'), '"2024-02-30" is not a day that exists'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(refusal(message));
  });
});

describe('a duration past 64 bits of its unit is refused, at every level', () => {
  const long = new Duration(200_000_000n * 86_400_000_000_000n, 'us');
  const fine = new Duration(1n, 'ns');
  const text = (path: string) =>
    refusal(
      `column "${path}", row 0 is a duration of 17280000000000000000000 ns, which is past 64 bits; the column has the unit ns, the finest of its values: use a coarser unit for all of them`,
    );

  test.each<[string, unknown, string]>([
    ['a column', [{ v: long }, { v: fine }], 'v'],
    ['a list', [{ v: [long, fine] }], 'v[]'],
    ['an object', [{ v: { d: long } }, { v: { d: fine } }], 'v.d'],
    ['a map', [{ v: new Map([['a', long]]) }, { v: new Map([['a', fine]]) }], 'v.value'],
  ])('in %s', (_, data, path) => {
    expect(() => encodePayload({ format: 'df_pyarrow', data })).toThrow(text(path));
    expect(() => encodePayload({ format: 'df_msgpack', data })).toThrow(text(path));
  });

  test('the edges of 64 bits of seconds are read as they are, beyond 64 bits of nanoseconds', () => {
    const values = [-(2n ** 63n), 2n ** 63n - 1n].map((seconds) => new Duration(seconds * 1_000_000_000n, 's'));
    const frame = DataFrame.fromArrow(DataFrame.fromColumns({ v: values }).toArrow());
    expect(frame.rows()).toEqual(values.map((v) => ({ v })));
    expect(JSON.stringify(frame)).toBe('[{"v":"-PT9223372036854775808S"},{"v":"PT9223372036854775807S"}]');
  });
});

describe('a column of two kinds is refused with both values', () => {
  test.each<[unknown, unknown, string]>([
    [1, 'x', 'is the text "x", but row 1 has the number 1'],
    ['x', 10n, 'is the number 10, but row 1 has the text "x"'],
    [[1], { a: 1 }, 'is an object, but row 1 has a list'],
    [Uint8Array.of(1), true, 'is the boolean true, but row 1 has bytes'],
    [
      new Date(0),
      CalendarDate.from('2026-11-24'),
      'is the date 2026-11-24, but row 1 has the time 1970-01-01T00:00:00.000Z',
    ],
    [Decimal.from('1.50'), new Map(), 'is a map, but row 1 has the decimal 1.50'],
    ['y'.repeat(50), 0.5, `is the number 0.5, but row 1 has the text "${'y'.repeat(40)}…"`],
  ])('%o and %o', (first, second, text) => {
    for (const format of ['df_msgpack', 'df_pyarrow'] as const) {
      const data = { v: [null, first, second] };
      expect(() => encodePayload({ format, data })).toThrow(
        refusal(`column "v", row 2 ${text}: use one kind of value in a column, such as text for all`),
      );
    }
  });
});
