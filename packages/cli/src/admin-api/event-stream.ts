import { type EventSourceMessage, EventSourceParserStream, ParseError } from 'eventsource-parser/stream';
import { CommandError, ExitCode } from '../exit-code.js';
import { brokenAnswer } from './admin-request.js';

/** Characters of one event. The largest events of a broker stay far below. */
const eventMaxLength = 8 * 1_048_576;

/**
 * Server-sent events from the body of an answer, as they arrive. Throws a CommandError when the connection breaks, or when an event is
 * longer than 8 Mi characters.
 */
export async function* streamEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: eventMaxLength }));
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof ParseError)) throw brokenAnswer(error);
    throw new CommandError(ExitCode.refused, `an event of the stream is longer than ${eventMaxLength} characters`);
  }
}
