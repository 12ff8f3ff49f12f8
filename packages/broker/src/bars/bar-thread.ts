import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { BarMaker } from './bar-maker.js';
import type { BarEvent, BarRequest, BarThreadData } from './thread-messages.js';

/** The thread that decodes messages and makes bars of them, so that ticks do not wait for that. It runs only while a namespace has a bar rule. */

/** Nice value (setpriority(2)), as that of the control plane: when the cores are full, ticks go first. */
const niceness = 10;

if (parentPort === null) throw new Error('bars/bar-thread.js runs as a worker thread only');
if (process.platform === 'linux') setPriority(niceness);
const port = parentPort;
const send = (event: BarEvent): void => port.postMessage(event);
const { openMaxCount } = workerData as BarThreadData;
const maker = new BarMaker(openMaxCount, (bars) =>
  port.postMessage({ kind: 'bars', bars } satisfies BarEvent, [bars.bytes.buffer as ArrayBuffer]),
);

port.on('message', (request: BarRequest) => {
  switch (request.kind) {
    case 'rules':
      return maker.setRules(request.source, request.namespace, request.rules, request.sinceUs);
    case 'messages':
      maker.take(request.source, request.deliveries);
      return send({ kind: 'taken', bytes: request.deliveries.length });
    case 'lost':
      return maker.lost(request.source, request.fromUs, request.toUs);
    case 'until':
      maker.advance(request.nowUs);
      return send({ kind: 'reached', nowUs: request.nowUs, figures: { ...maker.figures } });
    case 'limit':
      maker.figures.openMaxCount = request.openMaxCount;
      return;
    default:
      request satisfies never;
  }
});
