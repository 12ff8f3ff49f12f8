// What decoders must do with any bytes: return something of bounded size, or throw one of the errors that their documentation names.
import { DataFrame, decodePayload } from '@pulsemq/codecs';
import { PulseMQError } from '@pulsemq/protocol';
import { shownContent } from '../../packages/broker/dist/control/admin/shown/shown-content.js';

/** The broker shows up to this much of a message of a tap. */
const shownMaxBytes = 1_048_576;
/** Characters of JSON that one shown message may have: 50,000 cells, most of them short. */
const shownMaxCharacters = 64 * 1_048_576;

/** Decodes a payload as the TypeScript client does, reads all of it, and shows it as the broker does. */
export function decodeEverywhere(format, compression, payload) {
  asClient(format, compression, payload);
  const shown = shownContent({ format, flags: compression }, payload, shownMaxBytes);
  const text = JSON.stringify(shown);
  if (text.length > shownMaxCharacters) throw new Error(`the broker shows ${text.length} characters`);
}

function asClient(format, compression, payload) {
  try {
    const { data } = decodePayload(format, compression, payload);
    if (data instanceof DataFrame) readFrame(data);
  } catch (error) {
    if (!(error instanceof PulseMQError)) throw error;
  }
}

/** Reads every column and the first rows, as a program would. */
function readFrame(frame) {
  for (const column of frame.columns) void column.values;
  if (frame.length * frame.columns.length <= 20_000) {
    frame.rows();
    JSON.stringify(frame);
  }
  frame.plainRows(100);
}
