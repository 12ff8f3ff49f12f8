// DataFrames for the generators: every type that the codecs know, small.
import fc from 'fast-check';

const cell = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.string({ maxLength: 8 }),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 8 }),
);
const name = fc.oneof(fc.constantFrom('time', 'open', 'close', '__proto__', ''), fc.string({ maxLength: 6 }));

/** Rows with the same or different columns. */
export const rows = fc.array(fc.dictionary(name, cell, { maxKeys: 4 }), { maxLength: 6 });

const columnOf = (length) =>
  fc.oneof(
    fc.array(fc.integer(), { minLength: length, maxLength: length }),
    fc.array(fc.option(fc.double()), { minLength: length, maxLength: length }),
    fc.array(fc.option(fc.string({ maxLength: 6 })), { minLength: length, maxLength: length }),
    fc.array(fc.boolean(), { minLength: length, maxLength: length }),
    fc.array(fc.date({ noInvalidDate: true }), { minLength: length, maxLength: length }),
  );

/** Columns of equal length. */
export const columns = fc
  .integer({ min: 0, max: 8 })
  .chain((length) => fc.dictionary(name, columnOf(length), { maxKeys: 4 }));
