import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { lockedDatabase } from '../../../broker/test/trust/locked-database.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** Another process holds the database: the page names the cause above every page, until the store can be written again. */

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready();
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

test('the banner names the true cause and goes when the store works', async () => {
  const { status, link } = console.words;
  await console.page.locator('header').getByText(status.up, { exact: true }).waitFor();
  const unlock = await lockedDatabase(join(broker.folder, 'pulsemq.db'));
  // A write that cannot be stored: the revocation acts, and waits.
  await broker.call('POST', '/logout');
  const cause = console.page.getByText(/another process holds the write lock of the database/);
  await cause.waitFor();
  await console.page.getByText(link.storeTrouble).waitFor();
  await console.expectSound('while the store is locked');
  await unlock();
  await cause.waitFor({ state: 'detached' });
});
