import { onTestFinished } from 'vitest';
import type { RunningServer } from './running-server.js';

export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

/** The server-sent events of a stream, as they come; ends with the stream, and `close` ends it. */
export class EventReader {
  readonly status: number;
  readonly #events: AsyncGenerator<ServerEvent>;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.#events = eventsOf(response);
    this.#abort = abort;
  }

  static async open(running: RunningServer, path: string, jwt = running.jwt): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${running.server.addresses.adminPort}${path}`, {
      headers: { authorization: `Bearer ${jwt}` },
      signal: abort.signal,
    });
    const reader = new EventReader(response, abort);
    onTestFinished(() => reader.close());
    return reader;
  }

  /** The next event that `isWanted`; throws when the stream ends before. */
  async next(isWanted: (event: ServerEvent) => boolean = () => true): Promise<ServerEvent> {
    for (;;) {
      const { done, value } = await this.#events.next();
      if (done === true) throw new Error('the stream has ended');
      if (isWanted(value)) return value;
    }
  }

  close(): void {
    this.#abort.abort();
  }
}

async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let text = '';
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const frame = text.slice(0, end);
      text = text.slice(end + 2);
      if (frame.startsWith(':')) continue;
      const [name, data] = frame.split('\n');
      yield { name: name!.slice('event: '.length), data: JSON.parse(data!.slice('data: '.length)) };
    }
  }
}
