// Encodes and decodes DataFrames for tests in other languages: one JSON request a line on standard input, one JSON answer a line on
// standard output, until the input ends. README.md beside this file describes both.
import { createInterface } from 'node:readline';
import { DataFrame, decodePayload, encodePayload } from '@pulsemq/codecs';
import { FormatCode } from '@pulsemq/protocol';
import { columnsOf, frameOf, rowsOf } from './tagged.mjs';

const decoded = (format, payload) => decodePayload(FormatCode[format], 0, Buffer.from(payload, 'base64')).data;
const encoded = (format, data) => ({
  payload: Buffer.from(encodePayload({ format, data }).payload).toString('base64'),
});

/** What is published of a received DataFrame. */
const sentAgain = {
  rows: (frame) => frame.rows(),
  columns: (frame) => DataFrame.fromColumnList(frame.columns.map(({ name, values }) => [name, values])),
  frame: (frame) => frame,
};

const actions = {
  encode: ({ format, as, frame }) =>
    encoded(format, as === 'rows' ? rowsOf(frame) : DataFrame.fromColumnList(columnsOf(frame))),
  decode: ({ format, payload }) => ({ frame: frameOf(decoded(format, payload)) }),
  again: ({ format, payload, to, as }) => encoded(to, sentAgain[as](decoded(format, payload))),
};

function answer(request) {
  try {
    return actions[request.do](request);
  } catch (error) {
    if (String(error.code).startsWith('PMQ_')) return { refused: error.code, text: error.message };
    return { failed: error.stack };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer(request) })}\n`);
}
