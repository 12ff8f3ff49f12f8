import type { ServerResponse } from 'node:http';
import { systemFigures } from '../../stats/system-figures.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';

const snapshotMs = 1_000;
/** A viewer that does not read so much is dropped; it comes back by itself. */
const unreadMaxBytes = 1_048_576;

const frame = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** The live stream: one snapshot a second, made once for all viewers, and events as they happen. */
export function streamRoutes(app: AdminApp, { monitor, version }: AdminContext): void {
  const viewers = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | null = null;

  const send = (viewer: ServerResponse, text: string): void => {
    if (viewer.writableLength > unreadMaxBytes) viewer.destroy();
    else viewer.write(text);
  };
  const snapshot = (): string => frame('snapshot', systemFigures(monitor, version, monitor.usernameOf));
  const tell = (text: string): void => {
    for (const viewer of viewers) send(viewer, text);
  };
  const stopListening = monitor.events.listen((event) => tell(frame('event', event)));
  const leave = (viewer: ServerResponse): void => {
    viewers.delete(viewer);
    if (viewers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  app.get(
    '/api/stream',
    {
      config: { access: 'administrator' },
      schema: {
        summary: 'Figures every second, and events as they happen',
        description: 'Server-sent events: `snapshot` and `event`; the newest hundred events come first.',
        tags: ['live'],
      },
    },
    (request, reply) => {
      const viewer = reply.raw;
      reply.hijack();
      viewer.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      viewer.write(snapshot());
      for (const event of monitor.events.recent) viewer.write(frame('event', event));
      viewers.add(viewer);
      timer ??= setInterval(() => tell(snapshot()), snapshotMs);
      request.raw.once('close', () => leave(viewer));
    },
  );

  app.addHook('onClose', async () => {
    stopListening();
    for (const viewer of viewers) viewer.destroy();
    if (timer !== null) clearInterval(timer);
  });
}
