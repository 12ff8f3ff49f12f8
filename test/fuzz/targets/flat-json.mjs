// JSON payloads, as the history of topics reads them: the reader of flat objects says no, or has the fields that the JSON parser has.
import { isUtf8 } from 'node:buffer';
import { parseExactJson } from '@pulsemq/codecs';
import fc from 'fast-check';
import { FlatObjectReader } from '../../../packages/broker/dist/control/history/flat-object.js';

/** Bytes before and after the payload, as in a message: the reader must not read them. */
const around = [Buffer.from('{ '), Buffer.from(' }')];
/** A reader remembers names, up to a limit. */
const nameMaxCount = 3_000;

let reader = new FlatObjectReader();

/** As the history of topics parses what is not flat. */
const parsed = (text) => (/\d{16}/.test(text) ? parseExactJson(text) : JSON.parse(text));

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }).map(String),
  fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 24n })).map(([whole, digits]) => `${whole}.${digits}`),
);
const valueText = fc.oneof(
  numberText,
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'false', 'null', '[]'),
);
const nameText = fc.oneof(fc.constantFrom('price', 'size', 'a', '0', '价格', '__proto__'), fc.string({ maxLength: 5 }));
const fieldText = fc.tuple(nameText, valueText).map(([name, value]) => `${JSON.stringify(name)}:${value}`);

export const target = {
  name: 'flat-json',
  maxBytes: 1_024,
  generator: fc.array(fieldText, { maxLength: 8 }).map((fields) => Buffer.from(`{${fields.join(',')}}`)),
  words: ['"', '\\', '\\u0041', ',', ':', '{', '}', '-0', '.', 'e+', '9007199254740951', ' ', '\u4ef7'].map((word) =>
    Buffer.from(word),
  ),
  run: (input) => {
    if (reader.names.length > nameMaxCount) reader = new FlatObjectReader();
    const bytes = Buffer.concat([around[0], input, around[1]]);
    const start = around[0].length;
    if (!reader.read(bytes, start, start + input.length)) return;
    const text = input.toString('utf8');
    if (!isUtf8(input)) throw new Error(`read, but not UTF-8: ${JSON.stringify(text)}`);
    const expected = Object.entries(parsed(text));
    const found = expected.map((_, field) => [reader.names[reader.nameNumbers[field]], reader.valueOf(field, bytes)]);
    const isSame = ([name, value], field) => name === expected[field][0] && Object.is(value, expected[field][1]);
    if (reader.fieldCount === expected.length && found.every(isSame)) return;
    throw new Error(`${JSON.stringify(text)} has other fields: ${JSON.stringify(found)}`);
  },
};
