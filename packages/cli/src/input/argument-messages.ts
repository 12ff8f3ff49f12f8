import type { PayloadFormat } from '@pulsemq/client';
import { usageError } from '../exit-code.js';
import { rowsFrame } from './json-rows.js';
import type { InputMessage } from './messages.js';
import type { TopicTemplate } from './topic-template.js';

/** The message of a command-line argument, repeated. Throws a CommandError for a topic with columns, and for rows that are not JSON. */
export async function* argumentMessages(
  topic: TopicTemplate,
  data: string,
  format: PayloadFormat,
  repeatCount: number,
): AsyncGenerator<InputMessage> {
  const address = topic.plainAddress();
  const payload = await payloadOf(data, format);
  for (let index = 0; index < repeatCount; index++) yield { address, data: payload, line: index + 1 };
}

async function payloadOf(data: string, format: PayloadFormat): Promise<unknown> {
  switch (format) {
    case 'string':
      return data;
    case 'bytes':
      return Buffer.from(data);
    case 'df_msgpack':
    case 'df_pyarrow':
      return rowsFrame(await rowsOf(data, format), 'the data');
    default:
      return format satisfies never;
  }
}

async function rowsOf(data: string, format: PayloadFormat): Promise<unknown> {
  const { parseExactJson } = await import('@pulsemq/codecs');
  try {
    return parseExactJson(data);
  } catch (error) {
    throw usageError(`--format ${format} needs a row or an array of rows as JSON: ${(error as Error).message}`);
  }
}
