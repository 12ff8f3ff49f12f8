// df_msgpack payloads, as the TypeScript client and the broker decode them.
import { encodePayload } from '@pulsemq/codecs';
import { FormatCode } from '@pulsemq/protocol';
import fc from 'fast-check';
import { decodeEverywhere } from '../decode.mjs';
import { columns, rows } from '../frames-of.mjs';
import { pack } from '../pack.mjs';

const bytesOf = (hex) => Buffer.from(hex, 'hex');

const frame = fc.oneof(rows, columns).map((data) => {
  try {
    return encodePayload({ format: 'df_msgpack', data }).payload;
  } catch {
    // Columns of mixed types cannot be encoded by us; another publisher may send them.
    return pack(data);
  }
});

export const target = {
  name: 'msgpack',
  maxBytes: 4_096,
  generator: fc.oneof(
    frame,
    fc.anything({ withDate: true, withBigInt: true, withTypedArray: false, maxDepth: 3, maxKeys: 4 }).map(pack),
  ),
  seeds: [bytesOf('90'), bytesOf('9181a16101'), bytesOf('81a16191d6ff00000000')],
  words: [
    'd6ff00000000',
    'd7ff0000000000000000',
    'c70cff',
    'dd0000ffff',
    'df0000ffff',
    'cbfff8000000000000',
    'a1',
    'c0',
  ].map(bytesOf),
  run: (input) => decodeEverywhere(FormatCode.df_msgpack, 0, input),
};
