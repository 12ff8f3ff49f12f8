import { CommandError, ExitCode } from '../exit-code.js';
import { brokenAnswer } from './admin-request.js';

/** One event of a stream (text/event-stream). */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** More than any event of ours. */
const eventMaxLength = 8 * 1_048_576;

/** Events of an answer's body, as they come. Throws a CommandError when it breaks off, or when one is longer than any event of ours. */
export async function* streamEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of untilBroken(body)) {
    held += decoder.decode(chunk, { stream: true });
    const blocks = held.split('\n\n');
    held = blocks.pop()!;
    if (held.length > eventMaxLength)
      throw new CommandError(ExitCode.refused, `an event of the stream is longer than ${eventMaxLength} characters`);
    for (const block of blocks) yield eventOf(block);
  }
}

async function* untilBroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw brokenAnswer(error);
  }
}

function eventOf(block: string): StreamEvent {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
  }
  return { name, data: data.join('\n') };
}
