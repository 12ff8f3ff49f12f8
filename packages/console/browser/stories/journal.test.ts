import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PulseMQClient } from '@pulsemq/client';
import type { Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { filled } from '../support/words.js';

/** What the journal has stored, how long it is kept, and whether its files are damaged. */

let broker: Broker;
let publisher: PulseMQClient;
let console: ConsolePage;
/** A namespace without history. */
let research: { readonly id: number };

beforeAll(async () => {
  broker = await Broker.ready({ history: true });
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  research = await broker.call<{ id: number }>('POST', '/api/namespaces', { name: 'research' });
  for (const text of ['one', 'two', 'three']) await publisher.publish('market_data', 'a', text, { format: 'string' });
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await publisher?.close();
  await broker?.stop();
});

/** Checks the first file, and waits for what the page says of it. */
async function checked(verdict: string): Promise<void> {
  const { actions, journal } = console.words;
  const result = console.page.getByRole('region', { name: filled(journal.checkOf, { n: 1 }) });
  await console.page.getByRole('button', { name: journal.check, exact: true }).click();
  await result.getByText(verdict, { exact: true }).waitFor();
  await console.picture(`journal-${verdict === journal.sound ? 'sound' : 'damaged'}`);
  await console.expectSound('the journal');
  await result.getByRole('button', { name: actions.close }).click();
}

test('the journal has its size, its retention and its files, and a check finds damage', async () => {
  const { journal } = console.words;
  await console.go('/journal');
  await console.page.getByText(journal.writing).waitFor();
  await console.page.locator('dd', { hasText: filled(journal.ofBytes, { n: '10' }) }).waitFor();
  await console.page.locator('#main tbody tr', { hasText: journal.open }).waitFor();
  await checked(journal.sound);

  const folder = join(broker.folder, 'journal');
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.pmqj'))!);
  const bytes = readFileSync(file);
  // A good block follows, so that the damage is not taken for the end of a file that is still written.
  const at = bytes.indexOf('one');
  bytes[at]! ^= 1;
  writeFileSync(file, bytes);
  await publisher.publish('market_data', 'a', 'four', { format: 'string' });
  await console.page.locator('dl').getByText('4', { exact: true }).waitFor();
  await checked(journal.isDamaged);
});

test('a namespace gets history by a switch of its page, and keeps the next message', async () => {
  const { namespaces, actions } = console.words;
  await console.go(`/namespaces/${research.id}`);
  await console.page.getByRole('switch', { name: namespaces.history }).click();
  await console.picture('namespace-history');
  // The broker answers a change when it acts.
  const isAnswer = (one: Response): boolean => one.request().method() === 'PUT';
  const save = console.page.getByRole('button', { name: actions.save, exact: true });
  await Promise.all([console.page.waitForResponse(isAnswer), save.click()]);
  await publisher.publish('research', 'a', 'kept', { format: 'string' });
  const kept = (): Promise<unknown[]> => broker.call('GET', '/api/history?namespace=research&pattern=>');
  await expect.poll(kept, { timeout: 20_000 }).toHaveLength(1);
});
