import { Engine } from '../../dist/engine/engine.js';
import type { EngineCommand, EngineEvent, EngineLink } from '../../src/port.js';

/**
 * The real engine in the thread of the test, for tests of the HTTP API alone: starting a thread takes longer than most of them.
 * What passes through the port is copied and comes in a later turn, as between threads.
 */
export function engineInThread(): EngineLink {
  let listener: (event: EngineEvent) => void = () => {};
  const engine = new Engine((event: EngineEvent) => {
    const copy = structuredClone(event);
    setImmediate(() => listener(copy));
  });
  return {
    send: (command: EngineCommand) => {
      const copy = structuredClone(command);
      setImmediate(() => engine.command(copy));
    },
    onEvent: (next) => {
      listener = next;
    },
    terminate: async () => {},
  };
}
