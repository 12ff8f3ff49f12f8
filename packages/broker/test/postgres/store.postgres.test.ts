import { afterAll, beforeAll } from 'vitest';
import { PostgresServer } from '../../../../test/postgres/postgres-server.mjs';
import { openPostgres } from '../../dist/control/store/postgres/open-postgres.js';
import { storeContract } from '../control/store-contract.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.remove());

storeContract('PostgreSQL', async () => openPostgres(await server.database(), 'a'));
