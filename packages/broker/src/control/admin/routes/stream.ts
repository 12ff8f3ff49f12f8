import { systemFigures } from '../../stats/system-figures.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { eventStream, refusals } from '../schemas/fields.js';
import { type EventStream, eventFrame } from '../streams/event-stream.js';
import type { EventStreams } from '../streams/event-streams.js';

const snapshotMs = 1_000;

/** The live stream: one snapshot a second, made once for all viewers, and events as they happen. */
export function streamRoutes(app: AdminApp, { monitor, version }: AdminContext, streams: EventStreams): void {
  const viewers = new Set<EventStream>();
  let timer: NodeJS.Timeout | null = null;

  const snapshot = (): string => eventFrame('snapshot', systemFigures(monitor, version, monitor.usernameOf));
  const tell = (frames: string): void => {
    for (const viewer of viewers) viewer.write(frames);
  };
  const stopListening = monitor.events.listen((event) => tell(eventFrame('event', event)));
  const leave = (viewer: EventStream): void => {
    viewers.delete(viewer);
    if (viewers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  app.get(
    '/api/stream',
    {
      exposeHeadRoute: false,
      config: { access: 'administrator', refuses: [429] },
      schema: {
        summary: 'Figures every second, and events as they happen',
        description:
          'Server-sent events: `snapshot` and `event`; the newest hundred events come first. Ends only when its reader goes or its log-in ends.',
        tags: ['live'],
        response: {
          200: eventStream('Events `snapshot`, each a SystemFigures, and `event`, each a LiveEvent'),
          ...refusals,
        },
      },
    },
    (request, reply) => {
      const viewer = streams.open(request, reply);
      viewer.write(snapshot());
      for (const event of monitor.events.recent) viewer.write(eventFrame('event', event));
      viewers.add(viewer);
      timer ??= setInterval(() => tell(snapshot()), snapshotMs);
      viewer.onEnd(() => leave(viewer));
    },
  );

  app.addHook('onClose', async () => {
    stopListening();
    if (timer !== null) clearInterval(timer);
  });
}
