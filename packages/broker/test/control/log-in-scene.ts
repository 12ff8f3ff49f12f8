import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { engineInThread } from './engine-in-thread.js';
import { type Answer, RunningServer } from './running-server.js';

/** A broker whose engine shares the thread of the test: these tests are about the HTTP API. */
export const start = (config: ConfigInput = {}) => RunningServer.start(config, undefined, { engine: engineInThread });

export const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code];

/** The store of a running broker, as another program could open it. */
export async function storeOf(running: RunningServer) {
  const store = await openSqlite(join(running.folder, 'pulsemq.db'));
  onTestFinished(() => store.close());
  return store;
}
