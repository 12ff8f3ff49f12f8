import { parentPort } from 'node:worker_threads';
import type { EngineCommand, EngineEvent } from '../port.js';
import { Engine } from './engine.js';

/** The engine's thread: commands in, events out, and nothing else. */

if (parentPort === null) throw new Error('engine/worker.js runs as a worker thread only');
const port = parentPort;
const engine = new Engine((event: EngineEvent) => port.postMessage(event));
port.on('message', (command: EngineCommand) => engine.command(command));
