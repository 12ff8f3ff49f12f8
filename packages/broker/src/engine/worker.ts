import { parentPort } from 'node:worker_threads';
import type { EngineCommand, EngineEvent } from '../port.js';
import { Engine } from './engine.js';

/** The engine's thread: commands in, events out, and nothing else. */

if (parentPort === null) throw new Error('engine/worker.js runs as a worker thread only');
const port = parentPort;

/** Events of one call into the engine go out together: a read that brings a thousand new topics is one message, not two thousand. */
let waiting: EngineEvent[] = [];
const flush = (): void => {
  const events = waiting;
  waiting = [];
  port.postMessage(events);
};
const engine = new Engine((event: EngineEvent) => {
  if (waiting.push(event) === 1) queueMicrotask(flush);
});
port.on('message', (command: EngineCommand) => engine.command(command));
