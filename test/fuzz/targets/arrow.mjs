// df_pyarrow payloads, as the TypeScript client and the broker decode them.
import { encodePayload } from '@pulsemq/codecs';
import { FormatCode } from '@pulsemq/protocol';
import {
  bool,
  columnFromArray,
  decimal,
  dictionary,
  int32,
  list,
  nullType,
  struct,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from '@uwdata/flechette';
import { decodeEverywhere } from '../decode.mjs';
import { columns } from '../frames-of.mjs';

/** Types that plain columns do not have. */
const nested = () =>
  tableToIPC(
    tableFromColumns({
      words: columnFromArray(['a', 'b', 'a'], dictionary(utf8())),
      lists: columnFromArray([[1], [], null], list(int32())),
      structs: columnFromArray([{ a: 1 }, { a: 2 }, null], struct({ a: int32() })),
      prices: columnFromArray([1.5, 2.5, null], decimal(12, 4)),
      times: columnFromArray([1, 2, null], timestamp()),
      nothing: columnFromArray([null, null, null], nullType()),
      flags: columnFromArray([true, false, null], bool()),
    }),
    { format: 'stream' },
  );

const encoded = (data) => {
  try {
    return encodePayload({ format: 'df_pyarrow', data }).payload;
  } catch {
    // A column that Arrow cannot hold.
    return Buffer.alloc(0);
  }
};

export const target = {
  name: 'arrow',
  maxBytes: 8_192,
  generator: columns.map(encoded),
  seeds: [Buffer.from(nested())],
  words: ['ffffffff', '0000000000000000', 'ffffffffffffffff', '00000080', '01000000', '04000000'].map((hex) =>
    Buffer.from(hex, 'hex'),
  ),
  run: (input) => decodeEverywhere(FormatCode.df_pyarrow, 0, input),
};
