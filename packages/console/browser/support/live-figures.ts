import type { SystemFigures } from '@pulsemq/protocol';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Broker } from './broker.js';

/** Follows the broker's live figures, one snapshot a second, until one is as expected. Throws when the stream ends before. */
export async function figuresWhere(
  broker: Broker,
  isExpected: (figures: SystemFigures) => boolean,
): Promise<SystemFigures> {
  const { body } = await broker.fetch('GET', '/api/stream');
  const events = body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of events) {
    if (event !== 'snapshot') continue;
    const figures = JSON.parse(data) as SystemFigures;
    if (isExpected(figures)) return figures;
  }
  throw new Error('the stream of figures ended before the expected figures came');
}
