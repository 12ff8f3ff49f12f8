import { expect, test } from 'vitest';
import { streamEvents } from '../src/admin-api/event-stream.js';

const wire = ': open\n\nevent: snapshot\ndata: {"text":"日本"}\n\nevent: event\r\ndata: one\r\ndata: two\r\n\r\n';

const bodyOf = (chunks: Iterable<Uint8Array>) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

test('events do not depend on where the body is cut', async () => {
  const bytes = Buffer.from(wire);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const events = await all(streamEvents(bodyOf([bytes.subarray(0, cut), bytes.subarray(cut)])));
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['snapshot', '{"text":"日本"}'],
      ['event', 'one\ntwo'],
    ]);
  }
});

test('an endless event is refused with 6 after 8 Mi characters', async () => {
  const line = Buffer.alloc(1_048_576, 'x');
  const body = bodyOf([Buffer.from('data: '), ...Array(9).fill(line)]);
  await expect(streamEvents(body).next()).rejects.toMatchObject({
    exitCode: 6,
    message: 'an event of the stream is longer than 8388608 characters',
  });
});

test('a body that breaks ends with 3 and the reason', async () => {
  const body = new ReadableStream<Uint8Array>({
    pull: () => {
      throw new TypeError('terminated', { cause: new Error('other side closed') });
    },
  });
  await expect(streamEvents(body).next()).rejects.toMatchObject({
    exitCode: 3,
    message: 'the connection to the HTTP API broke: other side closed',
  });
});
