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

/** Opens a tab of the page, and waits until it is shown: the router keeps the tab of before on the page for a moment. */
export async function openTab(console: ConsolePage, name: string): Promise<void> {
  const tab = console.page.getByRole('tab', { name, exact: true });
  await tab.click();
  await tab.and(console.page.locator('[aria-selected="true"]')).waitFor();
}

/** The rows of a live tail. */
export const tailRows = (console: ConsolePage): Locator => console.page.locator('main button[aria-pressed]');

/** Chooses another view of the open payload. */
export async function showAs(console: ConsolePage, view: 'table' | 'chart' | 'json' | 'text' | 'hex'): Promise<void> {
  const { payload } = console.words;
  const choice = console.page.getByRole('radiogroup', { name: payload.view });
  await choice.getByText(payload[view], { exact: true }).click();
}
