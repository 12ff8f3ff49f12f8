import type { LiveEvents } from '../../stats/live-events.js';
import { systemFigures } from '../../stats/system-figures.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { eventStream, refusals } from '../schemas/fields.js';
import { type EventStream, eventFrame } from '../streams/event-stream.js';
import type { EventStreams } from '../streams/event-streams.js';

const snapshotMs = 1_000;

/** The live stream: a snapshot every second, made once for all viewers, and each event when it happens. */
export function streamRoutes(
  app: AdminApp,
  { monitor, version, readiness, alerts }: AdminContext,
  streams: EventStreams,
): void {
  const viewers = new Viewers(
    () => eventFrame('snapshot', systemFigures(monitor, version, readiness.known(), alerts.firingCount)),
    monitor.events,
  );
  app.addHook('onClose', async () => viewers.stop());
  app.get(
    '/api/stream',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', refuses: [429] },
      schema: {
        summary: 'Stream figures every second, and events as they happen',
        description:
          'Server-sent events `snapshot` and `event`. The stream begins with a snapshot and the newest hundred events. It ends when the reader disconnects or its log-in ends.',
        tags: ['live'],
        response: {
          200: eventStream('Events `snapshot`, each a SystemFigures, and `event`, each a LiveEvent'),
          ...refusals,
        },
      },
    },
    (request, reply) => viewers.add(streams.open(request, reply)),
  );
}

/** The viewers of the live stream. Snapshots are made only while there are any. */
class Viewers {
  readonly #snapshot: () => string;
  readonly #events: LiveEvents;
  readonly #streams = new Set<EventStream>();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(snapshot: () => string, events: LiveEvents) {
    this.#snapshot = snapshot;
    this.#events = events;
    this.#stopListening = events.listen((event) => this.#write(eventFrame('event', event)));
  }

  add(stream: EventStream): void {
    stream.write(this.#snapshot());
    for (const event of this.#events.recent) stream.write(eventFrame('event', event));
    this.#streams.add(stream);
    this.#timer ??= setInterval(() => this.#write(this.#snapshot()), snapshotMs);
    stream.onEnd(() => this.#remove(stream));
  }

  stop(): void {
    this.#stopListening();
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #remove(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #write(frames: string): void {
    for (const stream of this.#streams) stream.write(frames);
  }
}
