import type { Locator } from 'playwright-core';
import type { ConsolePage } from '../support/console-page.js';

/** Opens a topic from the list of topics. */
export async function openTopic(console: ConsolePage, namespace: string, topic: string): Promise<void> {
  await console.go('/topics?view=list');
  await console.page.locator('[data-page-search]').fill(topic);
  await console.page.locator('main tbody tr', { hasText: topic }).click();
  await console.page.getByRole('heading', { level: 1, name: `${namespace}:${topic}`, exact: true }).waitFor();
  await console.settled();
}

/** The rows of a live tail. */
export const tailRows = (console: ConsolePage): Locator => console.page.locator('main button[aria-pressed]');

/** Chooses another view of the open payload. */
export async function showAs(console: ConsolePage, view: 'table' | 'chart' | 'json' | 'text' | 'hex'): Promise<void> {
  const { payload } = console.words;
  const choice = console.page.getByRole('radiogroup', { name: payload.view });
  await choice.getByText(payload[view], { exact: true }).click();
}
